/** A platform that comes back does once more what it has done. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'acts-forgets-keys',
  summary: 'the platform starts and does what was done last once more, under a new key',
  word: 'acts',
  caughtBy: 'acts-once',
  scenario: 'closed-loop',
  plant: (fired) => ({
    doAgainAtStart: (act, subject) => {
      fired(`${act} ${subject}`);
      return true;
    },
  }),
});
