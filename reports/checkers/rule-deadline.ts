/** An alarm comes in time: no later after what makes it due than its rule says. */
import { inboxOf, rulesOf } from '#kernel';
import { defineRuleChecker } from '../judging/rule-checker.ts';
import { latenessOf } from '../judging/rule-lateness.ts';
import { formatCount, plural } from '../wording.ts';

/** Two clocks may differ by so much; what is earlier was not told by a clock. */
const SOONEST_MS = 2000;
const UNTIMED = 'the target does not say when it raised an alarm';

export default defineRuleChecker({
  kind: 'rule-deadline',
  title: 'Alarms come in time',
  refs: ['R2'],
  summary: 'An alarm is raised within its deadline after what makes it due has come.',
  applies: (plan) => rulesOf(plan).length > 0 || inboxOf(plan) !== null,
  judge: ({ rule, told, expected }, { book, amiss, pauses }) => {
    for (const alarm of told) {
      const own = expected.find(({ since }) => since === alarm.since);
      if (own === undefined) continue;
      if (alarm.raised <= 0) {
        book.doubt(UNTIMED);
        continue;
      }
      book.kept();
      const { took, late } = latenessOf(alarm, own, pauses);
      if (late > rule.deadlineMs) amiss(own, `is raised ${took} ms after it was due`);
      else if (-took > SOONEST_MS) amiss(own, `is raised ${-took} ms before it was due`);
    }
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'alarm')} came in time.`
      : `${formatCount(findingCount)} of ${plural(decided, 'alarm')} came too late.`,
});
