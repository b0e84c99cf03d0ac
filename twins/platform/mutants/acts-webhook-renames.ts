/** What was not taken is told again as if it were something else. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'acts-webhook-renames',
  summary: 'tells a webhook again under another key',
  word: 'acts',
  caughtBy: 'webhook-told',
  scenario: 'webhook-acts',
  plant: (fired) => ({
    callKeyAgain: (key, tries) => {
      fired(key);
      return `${key}/${tries}`;
    },
  }),
});
