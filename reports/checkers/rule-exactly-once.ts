/**
 * A rule fires once for what truly was: for each stretch of readings that the target has and that
 * lasted long enough there is one alarm, with its times, and there is none besides.
 */
import { inboxOf, rulesOf } from '#kernel';
import { overdueBy } from '#oracles';
import { defineRuleChecker, type RuleJudge } from '../judging/rule-checker.ts';
import {
  clearedOf,
  ended,
  hasIt,
  isClearedFirst,
  madeDue,
  raised,
  strayed,
} from '../judging/rule-events.ts';
import { asItWas } from '../judging/rule-lateness.ts';
import type { RuleStory } from '../judging/rule-story.ts';
import type { WitnessEvent } from '../result.ts';
import { formatCount, plural } from '../wording.ts';

export default defineRuleChecker({
  kind: 'rule-exactly-once',
  title: 'Rules fire once, and never for nothing',
  refs: ['R1'],
  summary: 'Each alarm that is due is raised once, and cleared when it is over; none is besides.',
  applies: (plan) => rulesOf(plan).length > 0 || inboxOf(plan) !== null,
  judge: (story, judge) => {
    for (const alarm of story.expected) judgeDue(story, alarm, judge);
    if (story.disputed.length > 0) judge.book.doubt(story.disputedBy, story.disputed.length);
    const judged = new Set(story.expected.map(({ since }) => since));
    for (const alarm of story.told) {
      if (judged.has(alarm.since)) continue;
      judged.add(alarm.since);
      judge.book.kept();
      const all = story.told.filter(({ since }) => since === alarm.since);
      const seen = [...all.map(raised).slice(0, 3), ...judge.beside(alarm.at)];
      judge.amiss(alarm.raised, 'is raised for nothing', seen);
    }
    // One alarm is told of once, whatever else is said of it.
    for (const { since } of story.told) judged.add(since);
    for (const stray of story.strays) {
      if (judged.has(stray.since)) continue;
      judged.add(stray.since);
      judge.book.kept();
      judge.amiss(stray.told, stray.what, [strayed(stray)]);
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
      const of = `${plural(alarms, 'alarm')} that were due or came`;
      return `${formatCount(findingCount)} of ${of} were not as they should.`;
    }
    const none = `nothing was due and nothing was raised ${plural(quiet, 'time')}`;
    if (alarms === 0 && quiet > 0) return `Of all that was looked at ${none}.`;
    const more = quiet === 0 ? '' : `; ${none}`;
    const due = `${plural(alarms, 'alarm')} that were due`;
    return `All ${due} were raised once, and cleared in their time${more}.`;
  },
});

/** Rules over a device or place that had nothing to raise, and raised nothing. */
const QUIET = 'never for nothing';

/** A promise kept where there was something to judge: readings that it looked at, to the end. */
const isQuiet = ({ expected, disputed, told, strays, looked }: RuleStory): boolean =>
  looked > 0 && [expected, disputed, told, strays].every((list) => list.length === 0);

type Due = RuleStory['expected'][number];

function judgeDue(story: RuleStory, due: Due, judge: RuleJudge): void {
  const { book, amiss, hindered, refused } = judge;
  const alarm = asItWas(story, due, hindered);
  const told = story.told.filter(({ since }) => since === alarm.since);
  const strays = story.strays.filter(({ since }) => since === alarm.since);
  if (told.length === 0 && strays.length === 0 && alarm.isOpen) {
    return book.notOwed('the target was asked before it could come to it');
  }
  const isLate = ({ raised: to }: Told): boolean =>
    overdueBy({ from: alarm.due, to }, story.rule.deadlineMs, hindered) > 0;
  const wrong = amissOf(story, alarm, { told, strays, isLate });
  // It is as it may be, which is not to say that it must be so.
  if (wrong === null && alarm.isUnsure === true) return book.doubt(story.disputedBy);
  book.kept();
  if (wrong === null) return;
  // What it is due by must have room beside.
  const seen = [...(told.length === 0 ? refused : []), ...wrong.seen];
  const beside = judge.beside(wrong.by ?? alarm.at);
  const room = Math.max(1, 3 - beside.length);
  amiss(alarm.due, wrong.what, [...seen.slice(0, room), ...madeDue(story, alarm), ...beside]);
}

type Told = RuleStory['told'][number];

interface Said {
  told: Told[];
  strays: RuleStory['strays'];
  isLate(one: Told): boolean;
}

interface Wrong {
  what: string;
  /** The most telling first. */
  seen: WitnessEvent[];
  /** By which moment it is wrong; that which makes it due where it is left out. */
  by?: number;
}

function amissOf(story: RuleStory, alarm: Due, { told, strays, isLate }: Said): Wrong | null {
  const [first] = told;
  const besides = strays.map(strayed);
  if (first === undefined) {
    const [stray] = strays;
    return stray === undefined
      ? { what: 'is not raised', seen: [hasIt(alarm)] }
      : { what: stray.what, seen: [...besides, ...ended(story, alarm)] };
  }
  if (told.length > 1) {
    return { what: `is raised ${told.length} times`, seen: told.map(raised) };
  }
  const lived = [raised(first), ...clearedOf(first)];
  if (first.at !== alarm.at) return { what: 'is raised by another moment', seen: lived };
  const mayStand = alarm.isEndOpen && first.cleared === null;
  if (first.cleared !== alarm.cleared && !mayStand) {
    const [said, was] = [clearedAt(first.cleared), clearedAt(alarm.cleared)];
    const what = `is cleared ${said}, and was over ${was}`;
    const seen = [...lived, ...ended(story, alarm)];
    return { what, seen, ...(alarm.cleared === null ? {} : { by: alarm.cleared }) };
  }
  // Where it is late, that is the cause, and told as such.
  if (isClearedFirst(first) && !isLate(first)) {
    return { what: 'is cleared before it is raised', seen: lived };
  }
  const [stray] = strays;
  return stray === undefined ? null : { what: stray.what, seen: [...lived, ...besides] };
}

const clearedAt = (at: number | null): string =>
  at === null ? 'never' : `by the moment of ${at} ms`;
