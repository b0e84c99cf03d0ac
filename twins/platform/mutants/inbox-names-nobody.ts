/** An alarm is sent once more, under a name that no rule has. */
import { defineMutant } from '../mutant.ts';
import type { InboxSeams } from '../services/inbox.ts';

export default defineMutant<InboxSeams>({
  kind: 'inbox-names-nobody',
  summary: 'sends alarms of a rule that there is not, too',
  word: 'inbox',
  caughtBy: 'inbox-understood',
  scenario: 'inbox-rules',
  plant: (fired) => ({
    alias: (what, rule, device) => {
      if (what !== 'raised') return null;
      fired(`${rule} ${device}`);
      return `${rule}-copy`;
    },
  }),
});
