/** An alarm comes in time: no later after the reading that makes it due than its rule says. */
import { rulesOf } from '#kernel';
import { defineRuleChecker } from '../judging/rule-checker.ts';
import { formatCount, plural } from '../wording.ts';

export default defineRuleChecker({
  kind: 'rule-deadline',
  title: 'Alarms come in time',
  refs: ['R2'],
  summary: 'An alarm is raised within its deadline after the reading that makes it due has come.',
  applies: (plan) => rulesOf(plan).length > 0,
  judge: ({ rule, told, receivedOf }, { book, amiss }) => {
    for (const alarm of told) {
      const received = receivedOf(alarm);
      if (received === null) continue;
      book.kept();
      const took = alarm.raised - received;
      if (took > rule.deadlineMs) amiss(alarm, `is raised ${took} ms after its reading had come`);
    }
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'alarm')} came in time.`
      : `${formatCount(findingCount)} of ${plural(decided, 'alarm')} came too late.`,
});
