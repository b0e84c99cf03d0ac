/** What was over before the platform died is raised once more, and nobody says that it is over. */
import { defineMutant } from '../mutant.ts';
import type { InboxSeams } from '../services/inbox.ts';

export default defineMutant<InboxSeams>({
  kind: 'inbox-resurrects',
  summary: 'says of alarms that are over that they are raised, when it starts again',
  word: 'inbox',
  caughtBy: 'rule-exactly-once',
  scenario: 'webhook-acts',
  plant: (fired) => ({
    resurrects: (rule, device) => {
      fired(`${rule} ${device}`);
      return true;
    },
  }),
});
