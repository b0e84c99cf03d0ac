/**
 * An alarm comes in time: no later after what makes it due than its rule says. One that comes more
 * than once is judged by the first time; that it does so is told elsewhere.
 */
import { inboxOf, rulesOf } from '#kernel';
import type { Hindered } from '#oracles';
import { defineRuleChecker } from '../judging/rule-checker.ts';
import {
  clearedOf,
  firstOf,
  hasIt,
  isClearedFirst,
  madeDue,
  raised,
} from '../judging/rule-events.ts';
import { latenessOf } from '../judging/rule-lateness.ts';
import type { RuleStory } from '../judging/rule-story.ts';
import { formatCount, plural } from '../wording.ts';

/** Two clocks may differ by so much; what is earlier was not told by a clock. */
const SOONEST_MS = 2000;
const UNTIMED = 'the target does not say when it raised an alarm';

const SEEN_LATE = 'we saw what makes it due late, and cannot say whether it was in time';

/** Where we do not know when it was due, it may have been so that it is late. */
const mayBeLate = (story: RuleStory, due: Due, told: Told, hindered: Hindered): boolean =>
  latenessOf(told, due, story.rule.deadlineMs, hindered).over > 0;

type Due = RuleStory['expected'][number];
type Told = RuleStory['told'][number];

export default defineRuleChecker({
  kind: 'rule-deadline',
  title: 'Alarms come in time',
  refs: ['R2'],
  summary: 'An alarm is raised within its deadline after what makes it due has come.',
  applies: (plan) => rulesOf(plan).length > 0 || inboxOf(plan) !== null,
  judge: (story, { book, amiss, hindered }) => {
    for (const alarm of story.expected) {
      const own = story.told.filter(({ since }) => since === alarm.since);
      const first = firstOf(own);
      if (first === null) continue;
      if (first.raised <= 0) {
        book.doubt(UNTIMED);
        continue;
      }
      const { took, over } = latenessOf(first, alarm, story.rule.deadlineMs, hindered);
      const { soonest = alarm.due } = alarm;
      if (over <= 0 && mayBeLate(story, { ...alarm, due: soonest }, first, hindered)) {
        book.doubt(SEEN_LATE);
        continue;
      }
      book.kept();
      const seen = [hasIt(alarm), raised(first), ...madeDue(story, alarm), ...clearedOf(first)];
      if (over > 0) {
        const cleared = isClearedFirst(first) ? ', and after it is cleared' : '';
        const what = `is raised ${took} ms after it was due, ${over} ms too late${cleared}`;
        amiss(alarm.due, what, seen);
      } else if (soonest - first.raised > SOONEST_MS) {
        amiss(alarm.due, `is raised ${-took} ms before it was due`, seen);
      }
    }
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'alarm')} that were due and came were in time.`
      : `${formatCount(findingCount)} of ${plural(decided, 'alarm')} that were due and came were ` +
        'not in time.',
});
