/** The greatest of a window is what came last. */
import { defineMutant } from '../mutant.ts';
import type { TiersSeams } from '../services/tiers.ts';

export default defineMutant<TiersSeams>({
  kind: 'tiers-last-for-max',
  summary: 'takes the value that comes last for the greatest',
  word: 'tiers',
  caughtBy: 'tiers-true',
  scenario: 'tiered-history',
  plant: (fired) => ({
    most: (signal, honest, value) => {
      if (value !== honest) fired(`${signal} ${value}`);
      return value;
    },
  }),
});
