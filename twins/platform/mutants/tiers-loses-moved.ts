/** Some readings are taken away, and nobody remembers that they were there. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { TiersSeams } from '../services/tiers.ts';

const ONE_IN = 10;

export default defineMutant<TiersSeams>({
  kind: 'tiers-loses-moved',
  summary: 'forgets about one in ten of the readings that it moves',
  word: 'tiers',
  caughtBy: 'no-acked-loss',
  scenario: 'tiered-history',
  plant: (fired) => ({
    note: (device, n) => {
      if (hashText(`loses-moved/${device}/${n}`) % ONE_IN !== 0) return true;
      fired(`${device} ${n}`);
      return false;
    },
  }),
});
