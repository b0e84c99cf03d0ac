/** Its operator would stop a campaign, and is told that he may not. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-refuses-moves',
  summary: 'refuses to pause a campaign and to call it off, as if it were over',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'steered-roll-out',
  plant: (fired) => ({
    takeMove: (campaign, move) => {
      if (move === 'resume') return true;
      fired(`${campaign} ${move}`);
      return false;
    },
  }),
});
