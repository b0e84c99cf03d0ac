/** A reading that comes once more is added to its window once more. */
import { defineMutant } from '../mutant.ts';
import type { TiersSeams } from '../services/tiers.ts';

export default defineMutant<TiersSeams>({
  kind: 'tiers-counts-twice',
  summary: 'counts a reading each time that it comes',
  word: 'tiers',
  caughtBy: 'tiers-true',
  scenario: 'tiered-history',
  plant: (fired) => ({
    countAgain: (device, n) => {
      fired(`${device} ${n}`);
      return true;
    },
  }),
});
