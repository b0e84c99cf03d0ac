/**
 * A rule fires once for what truly was: for each stretch of readings that the target has and that
 * lasted long enough there is one alarm, with its times, and there is none besides.
 */
import { rulesOf } from '#kernel';
import { defineRuleChecker } from '../judging/rule-checker.ts';
import { formatCount, plural } from '../wording.ts';

export default defineRuleChecker({
  kind: 'rule-exactly-once',
  title: 'Rules fire once, and never for nothing',
  refs: ['R1'],
  summary: 'Each alarm that is due is raised once, and cleared when it is over; none is besides.',
  applies: (plan) => rulesOf(plan).length > 0,
  judge: ({ expected, told }, { book, amiss }) => {
    for (const alarm of expected) {
      const own = told.filter(({ since }) => since === alarm.since);
      book.kept();
      const [first] = own;
      if (first === undefined) amiss(alarm, 'is not raised');
      else if (own.length > 1) amiss(alarm, `is raised ${own.length} times`);
      else if (first.at !== alarm.at) amiss(alarm, 'is raised by another reading');
      else if (first.cleared !== alarm.cleared) {
        amiss(
          alarm,
          `is cleared ${clearedAt(first.cleared)}, and was over ${clearedAt(alarm.cleared)}`,
        );
      }
    }
    for (const alarm of told) {
      if (expected.some(({ since }) => since === alarm.since)) continue;
      book.kept();
      amiss(alarm, 'is raised for nothing');
    }
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'alarm')} were raised once, and cleared in their time.`
      : `${formatCount(findingCount)} of ${plural(decided, 'alarm')} were not as they should.`,
});

const clearedAt = (at: number | null): string =>
  at === null ? 'never' : `by the reading of ${at} ms`;
