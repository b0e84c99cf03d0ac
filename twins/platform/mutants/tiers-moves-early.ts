/** Readings are taken away when half of their time is over. */
import { defineMutant } from '../mutant.ts';
import type { TiersSeams } from '../services/tiers.ts';

export default defineMutant<TiersSeams>({
  kind: 'tiers-moves-early',
  summary: 'keeps readings for half of their time',
  word: 'tiers',
  caughtBy: 'tiers-kept',
  scenario: 'tiered-history',
  plant: (fired) => ({
    keepFor: (device, honestMs) => {
      fired(device);
      return honestMs / 2;
    },
  }),
});
