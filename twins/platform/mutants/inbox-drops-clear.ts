/** Nobody hears that an alarm is over. */
import { defineMutant } from '../mutant.ts';
import type { InboxSeams } from '../services/inbox.ts';

export default defineMutant<InboxSeams>({
  kind: 'inbox-drops-clear',
  summary: 'tells nobody that an alarm is cleared',
  word: 'inbox',
  caughtBy: 'rule-exactly-once',
  scenario: 'inbox-rules',
  plant: (fired) => ({
    times: (what, rule, device) => {
      if (what !== 'cleared') return 1;
      fired(`${rule} ${device}`);
      return 0;
    },
  }),
});
