/** The operator stops all of it, and it goes on. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'acts-ignores-stop',
  summary: 'goes on while the operator has stopped all of it',
  word: 'acts',
  caughtBy: 'guard-held',
  scenario: 'closed-loop',
  plant: (fired) => ({
    heedStop: (act, subject) => {
      fired(`${act} ${subject}`);
      return false;
    },
  }),
});
