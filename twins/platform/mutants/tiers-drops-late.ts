/** A reading that comes when the time of its window is over is added to nothing. */
import { defineMutant } from '../mutant.ts';
import type { TiersSeams } from '../services/tiers.ts';

export default defineMutant<TiersSeams>({
  kind: 'tiers-drops-late',
  summary: 'leaves a window as it was once its time is over',
  word: 'tiers',
  caughtBy: 'tiers-true',
  scenario: 'tiered-history',
  plant: (fired) => ({
    amend: (device, n) => {
      fired(`${device} ${n}`);
      return false;
    },
  }),
});
