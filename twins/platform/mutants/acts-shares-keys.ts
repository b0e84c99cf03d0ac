/** All that an act does for one device bears one key, and all but the first of it is done never. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'acts-shares-keys',
  summary: 'gives all decisions of an act over one subject the same key',
  word: 'acts',
  caughtBy: 'acts-once',
  scenario: 'closed-loop',
  plant: (fired) => ({
    keyOf: (act, subject) => {
      fired(`${act} ${subject}`);
      return `${act}/${subject}`;
    },
  }),
});
