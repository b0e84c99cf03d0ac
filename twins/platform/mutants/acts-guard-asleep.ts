/** Guards hold what they must, and nobody heeds them. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'acts-guard-asleep',
  summary: 'does what its guards hold',
  word: 'acts',
  caughtBy: 'guard-held',
  scenario: 'closed-loop',
  plant: (fired) => ({
    heedGuard: (act, subject, why) => {
      fired(`${act} ${subject} ${why}`);
      return false;
    },
  }),
});
