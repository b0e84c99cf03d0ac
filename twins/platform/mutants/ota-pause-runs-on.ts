/** A campaign is said to be paused, and goes on. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-pause-runs-on',
  summary: 'a pause is taken down, and offers go out and waves begin as before',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'steered-roll-out',
  plant: (fired) => ({
    heedOta: (what, campaign) => {
      if (what !== 'pause') return true;
      fired(campaign);
      return false;
    },
  }),
});
