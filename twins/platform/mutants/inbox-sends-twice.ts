/** What is said once is said twice, and nothing marks it as the same. */
import { defineMutant } from '../mutant.ts';
import type { InboxSeams } from '../services/inbox.ts';

export default defineMutant<InboxSeams>({
  kind: 'inbox-sends-twice',
  summary: 'says twice that an alarm is raised',
  word: 'inbox',
  caughtBy: 'rule-exactly-once',
  scenario: 'inbox-rules',
  plant: (fired) => ({
    times: (what, rule, device) => {
      if (what !== 'raised') return 1;
      fired(`${rule} ${device}`);
      return 2;
    },
  }),
});
