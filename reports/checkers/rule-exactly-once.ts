/**
 * A rule fires once for what truly was: for each stretch of readings that the target has and that
 * lasted long enough there is one alarm, with its times, and there is none besides.
 */
import { inboxOf, rulesOf } from '#kernel';
import { overdueBy } from '#oracles';
import { defineRuleChecker, type RuleJudge, type RuleStory } from '../judging/rule-checker.ts';
import { clearedEvent, dueEvents, isClearedFirst, toldEvents } from '../judging/rule-events.ts';
import { formatCount, plural } from '../wording.ts';

export default defineRuleChecker({
  kind: 'rule-exactly-once',
  title: 'Rules fire once, and never for nothing',
  refs: ['R1'],
  summary: 'Each alarm that is due is raised once, and cleared when it is over; none is besides.',
  applies: (plan) => rulesOf(plan).length > 0 || inboxOf(plan) !== null,
  judge: (story, judge) => {
    for (const alarm of story.expected) judgeDue(story, alarm, judge);
    const disputed = new Set(story.disputed.map(({ since }) => since));
    if (disputed.size > 0) judge.book.doubt(DISPUTED, disputed.size);
    const judged = new Set(story.expected.map(({ since }) => since));
    for (const alarm of story.told) {
      if (isDisputed(story, alarm) || judged.has(alarm.since)) continue;
      judge.book.kept();
      judge.amiss(alarm.raised, 'is raised for nothing', toldEvents([alarm]));
    }
    // One alarm is told of once, whatever else is said of it.
    for (const { since } of story.told) judged.add(since);
    for (const { since, at, told, what } of story.strays) {
      if (judged.has(since)) continue;
      judged.add(since);
      judge.book.kept();
      judge.amiss(told, what, [clearedEvent(at, told)]);
    }
  },
  spare: 'is raised, and no rule asks for that',
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'alarm')} that were due were raised once, and cleared in their time.`
      : `Of ${plural(decided, 'alarm')}, each time counted, ${formatCount(findingCount)} were not ` +
        'as they should.',
});

const DISPUTED = 'what was added up is so near to a bound that nobody can say';

const isDisputed = ({ disputed }: RuleStory, alarm: RuleStory['told'][number]): boolean =>
  disputed.some(
    ({ since, at, cleared }) =>
      since === alarm.since && at === alarm.at && cleared === alarm.cleared,
  );

type Due = RuleStory['expected'][number];

function judgeDue(story: RuleStory, alarm: Due, { book, amiss, hindered }: RuleJudge): void {
  const told = story.told.filter(({ since }) => since === alarm.since);
  const strays = story.strays.filter(({ since }) => since === alarm.since);
  if (told.length === 0 && strays.length === 0 && alarm.isOpen) {
    return book.notOwed('the target was asked before it could come to it');
  }
  book.kept();
  const [stray = null] = strays;
  const isLate = ({ raised }: Told): boolean =>
    overdueBy({ from: alarm.due, to: raised }, story.rule.deadlineMs, hindered) > 0;
  const own = told.length === 0 && stray !== null ? null : amissOf(alarm, told, isLate);
  const what = own ?? stray?.what ?? null;
  if (what === null) return;
  const cleared = strays.map(({ at, told }) => clearedEvent(at, told));
  amiss(alarm.due, what, [...dueEvents(story, alarm), ...toldEvents(told), ...cleared]);
}

type Told = RuleStory['told'][number];

function amissOf(alarm: Due, told: Told[], isLate: (one: Told) => boolean): string | null {
  const [first] = told;
  if (first === undefined) return 'is not raised';
  if (told.length > 1) return `is raised ${told.length} times`;
  if (first.at !== alarm.at) return 'is raised by another moment';
  const mayStand = alarm.isEndOpen && first.cleared === null;
  if (first.cleared !== alarm.cleared && !mayStand) {
    const [said, was] = [clearedAt(first.cleared), clearedAt(alarm.cleared)];
    return `is cleared ${said}, and was over ${was}`;
  }
  // Where it is late, that is the cause, and told as such.
  return isClearedFirst(first) && !isLate(first) ? 'is cleared before it is raised' : null;
}

const clearedAt = (at: number | null): string =>
  at === null ? 'never' : `by the moment of ${at} ms`;
