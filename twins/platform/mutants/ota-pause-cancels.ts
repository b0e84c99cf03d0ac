/** A campaign is held, and those who are at it are told to leave off. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-pause-cancels',
  summary: 'calls off what devices are at when a campaign is paused or halted',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'steered-roll-out',
  plant: (fired) => ({
    callOffAt: (what, campaign) => {
      fired(`${campaign} ${what}`);
      return true;
    },
  }),
});
