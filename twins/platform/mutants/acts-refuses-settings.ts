/** Of a twin it is said that it refused, though it takes what its model can. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'acts-refuses-settings',
  summary: 'says that a twin refused a setting that it takes',
  word: 'acts',
  caughtBy: 'guard-held',
  scenario: 'shed-flood',
  plant: (fired) => ({
    refuses: (act, subject) => {
      if (act !== 'colder' && act !== 'tune') return false;
      fired(`${act} ${subject}`);
      return true;
    },
  }),
});
