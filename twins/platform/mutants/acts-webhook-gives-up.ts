/** Whoever does not take it the first time is never told again. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'acts-webhook-gives-up',
  summary: 'tells a webhook once, whether or not it takes that',
  word: 'acts',
  caughtBy: 'webhook-told',
  scenario: 'webhook-acts',
  plant: (fired) => ({
    callGivesUp: (key) => {
      fired(key);
      return true;
    },
  }),
});
