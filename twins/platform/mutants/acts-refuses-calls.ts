/** Of somebody outside it is said that he refused, and nobody has asked him. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'acts-refuses-calls',
  summary: 'says that a webhook refused what it was never told',
  word: 'acts',
  caughtBy: 'guard-held',
  scenario: 'webhook-acts',
  plant: (fired) => ({
    refuses: (act, subject) => {
      if (act !== 'call-out' && act !== 'tell') return false;
      fired(`${act} ${subject}`);
      return true;
    },
  }),
});
