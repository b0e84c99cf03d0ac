/** Of some readings it is claimed that they were there, and not known what they were. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { TiersSeams } from '../services/tiers.ts';

const ONE_IN = 10;

export default defineMutant<TiersSeams>({
  kind: 'tiers-claims-unseen',
  summary: 'claims some readings without what was in them',
  word: 'tiers',
  caughtBy: 'no-phantom',
  scenario: 'tiered-history',
  plant: (fired) => ({
    proof: (device, n, honest) => {
      if (hashText(`claims-unseen/${device}/${n}`) % ONE_IN !== 0) return honest;
      fired(`${device} ${n}`);
      return 0;
    },
  }),
});
