/**
 * A rule fires once for what truly was: for each stretch of readings that the target has and that
 * lasted long enough there is one alarm, with its times, and there is none besides.
 */
import { inboxOf, rulesOf } from '#kernel';
import { defineRuleChecker, type RuleJudge, type RuleStory } from '../judging/rule-checker.ts';
import { formatCount, plural } from '../wording.ts';

export default defineRuleChecker({
  kind: 'rule-exactly-once',
  title: 'Rules fire once, and never for nothing',
  refs: ['R1'],
  summary: 'Each alarm that is due is raised once, and cleared when it is over; none is besides.',
  applies: (plan) => rulesOf(plan).length > 0 || inboxOf(plan) !== null,
  judge: (story, judge) => {
    for (const alarm of story.expected) judgeDue(story, alarm, judge);
    for (const { told, what, ...stray } of story.strays) {
      judge.book.kept();
      judge.amiss({ ...stray, due: told }, what);
    }
    const disputed = new Set(story.disputed.map(({ since }) => since));
    if (disputed.size > 0) judge.book.doubt(DISPUTED, disputed.size);
    for (const alarm of story.told) {
      if (isDisputed(story, alarm) || story.expected.some(({ since }) => since === alarm.since))
        continue;
      judge.book.kept();
      judge.amiss({ ...alarm, due: alarm.raised }, 'is raised for nothing');
    }
    if (isQuiet(story)) {
      judge.book.kept();
      judge.book.figure(QUIET);
    }
  },
  spare: 'is raised, and no rule asks for that',
  say: ({ decided, findingCount, figures }) => {
    const quiet = figures[QUIET] ?? 0;
    const alarms = decided - quiet;
    if (findingCount > 0) {
      return `${formatCount(findingCount)} of ${plural(alarms, 'alarm')} were not as they should.`;
    }
    const none = `nothing was due and nothing was raised ${plural(quiet, 'time')}`;
    if (alarms === 0 && quiet > 0) return `Of all that was looked at ${none}.`;
    const more = quiet === 0 ? '' : `; ${none}`;
    return `All ${plural(alarms, 'alarm')} were raised once, and cleared in their time${more}.`;
  },
});

/** Rules over a device or place that had nothing to raise, and raised nothing. */
const QUIET = 'never for nothing';

/** A promise kept where there was something to judge: readings that it looked at, to the end. */
const isQuiet = ({ expected, disputed, told, strays, looked }: RuleStory): boolean =>
  looked > 0 && [expected, disputed, told, strays].every((list) => list.length === 0);

const DISPUTED = 'what was added up is so near to a bound that nobody can say';

const isDisputed = ({ disputed }: RuleStory, alarm: RuleStory['told'][number]): boolean =>
  disputed.some(
    ({ since, at, cleared }) =>
      since === alarm.since && at === alarm.at && cleared === alarm.cleared,
  );

function judgeDue(
  { told }: RuleStory,
  alarm: RuleStory['expected'][number],
  { book, amiss }: RuleJudge,
): void {
  const own = told.filter(({ since }) => since === alarm.since);
  const [first] = own;
  if (first === undefined && alarm.isOpen) {
    return book.notOwed('the target was asked before it could come to it');
  }
  book.kept();
  if (first === undefined) return amiss(alarm, 'is not raised');
  if (own.length > 1) return amiss(alarm, `is raised ${own.length} times`);
  if (first.at !== alarm.at) return amiss(alarm, 'is raised by another moment');
  const mayStand = alarm.isEndOpen && first.cleared === null;
  if (first.cleared === alarm.cleared || mayStand) return;
  const [said, was] = [clearedAt(first.cleared), clearedAt(alarm.cleared)];
  amiss(alarm, `is cleared ${said}, and was over ${was}`);
}

const clearedAt = (at: number | null): string =>
  at === null ? 'never' : `by the moment of ${at} ms`;
