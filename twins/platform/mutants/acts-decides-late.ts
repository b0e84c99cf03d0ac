/** What follows from an alarm is decided in a transaction of its own, much later. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'acts-decides-late',
  summary: 'decides fifteen seconds after an alarm what follows from it',
  word: 'acts',
  caughtBy: 'acts-once',
  scenario: 'closed-loop',
  plant: (fired) => ({
    decidesAfter: (act, subject) => {
      fired(`${act} ${subject}`);
      return 15_000;
    },
  }),
});
