/** What was not answered is said again at once, and again, and what answers it keeps all busy. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'acts-storms',
  summary: 'says a command that is not answered again four times a second, for good',
  word: 'acts',
  caughtBy: 'command-effect-once',
  scenario: 'closed-loop',
  plant: (fired) => ({
    againAfter: (_, key) => {
      fired(key);
      return 250;
    },
  }),
});
