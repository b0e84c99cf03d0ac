/** A platform that comes back has forgotten whom it still had to tell. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'acts-webhook-forgets',
  summary: 'never tells a webhook what a former life still owed it',
  word: 'acts',
  caughtBy: 'webhook-told',
  scenario: 'webhook-acts',
  plant: (fired) => ({
    callForgets: (key) => {
      fired(key);
      return true;
    },
  }),
});
