/** Readings are never taken away. */
import { defineMutant } from '../mutant.ts';
import type { TiersSeams } from '../services/tiers.ts';

export default defineMutant<TiersSeams>({
  kind: 'tiers-keeps-all',
  summary: 'keeps readings for good',
  word: 'tiers',
  caughtBy: 'tiers-kept',
  scenario: 'tiered-history',
  plant: (fired) => ({
    keepFor: (device) => {
      fired(device);
      return Number.POSITIVE_INFINITY;
    },
  }),
});
