/** What there should have been of one rule over one device or place, and what the target says. */
import { type RulePlan, versionsOf } from '#kernel';
import { SLACK_MS, slackOf } from '../slack.ts';
import { type Ahead, NOT_AHEAD } from '../target-clock.ts';
import { type Asked, alarmsTold, type DueAlarm, type Heard, type Moment } from './alarms.ts';
import { conditionOf, isTrembling } from './conditions.ts';
import { alikeTo, windowSays } from './edges.ts';
import type { AlarmTold, Known } from './known.ts';
import { type AlarmColumn, beside, type OtherStory, othersOf } from './others.ts';
import { silencesOf } from './silences.ts';
import { evenSignals, type Facts, factsOf, type Reading, windowFacts } from './terms.ts';
import { type Window, windowsOf } from './windows.ts';

export interface Expected extends DueAlarm {
  /** It was due so shortly before the target was asked that it may not have come to it. */
  isOpen: boolean;
  /** And so was its end. */
  isEndOpen: boolean;
  /** The target may have had what makes it due since then; left out, it was when it was due. */
  soonest?: number;
}

export interface RuleStory {
  rule: RulePlan;
  subject: string;
  /** Indices, in order. */
  devices: number[];
  /** Null where the target does not say since when it goes by it. */
  from: number | null;
  /** All that the target has of its devices was read. */
  isWhole: boolean;
  /** It may have gone in so many ways that nobody can say anything. */
  isUnclear: boolean;
  /** Why, where that is so. */
  unclearBy: string;
  /** In that of all ways to reckon that is nearest to what was told. */
  expected: Expected[];
  /** By the clock of the target, when it was asked about them at the soonest. */
  askedAt: number;
  /** Since when there are alarms in other ways alone. */
  disputed: number[];
  /** What the ways differ in. */
  disputedBy: string;
  told: AlarmTold[];
  /** What was said of alarms that there are none of. */
  strays: Stray[];
  /** Readings that came for a window that was over; and those that came just then. */
  missed: { told: number; expected: number; maybe: number };
  /** So many readings it has looked at. */
  looked: number;
  /** Of the clock by which its alarms are due and raised, against the run's. */
  ahead: Ahead;
  /** Why nobody can say anything; null where that is not so. */
  doubt: string | null;
}

export interface Stray {
  since: number;
  at: number;
  /** By the run: when it was said. */
  told: number;
  /** Such as `is cleared, and was not raised`. */
  what: string;
  /** It was said to be raised; left out, to be over. */
  isRaised?: true;
}

/** What is known of readings and alarms, whoever told it. */
export type Knowledge = Pick<
  Known,
  'askedAt' | 'isListed' | 'told' | 'missed' | 'isWhole' | 'readings' | 'inTurn'
>;

/** A version of a rule, from the first on, and since when the target goes by it. */
export interface Began {
  version: number;
  from: number;
}

export interface Question {
  rule: RulePlan;
  subject: string;
  devices: number[];
  /** Of each version that it goes by; null where the target does not say. */
  began: Began[] | null;
  isOfDevice(device: number, prefix: string): boolean;
  /** Since when the target listens to its device at all, where it is over one. */
  heardFrom?: number | null;
  /** Of the clock that the rules go by; left out, it is ours. */
  ahead?: Ahead;
  strays?: Stray[];
  doubt?: string | null;
  /** What there should have been of another rule over the same device; null where nobody knows. */
  other?(rule: string): OtherStory | null;
}

export function storyOf(question: Question, known: Knowledge): RuleStory {
  const { rule, subject, devices, began } = question;
  const { strays = [], ahead = NOT_AHEAD } = question;
  const others = othersOf(rule, question.other ?? (() => null));
  const doubt = question.doubt ?? others.doubt ?? unreadOf(question, known);
  const askedAt = known.askedAt(devices);
  const told = known.told(rule.name, subject);
  const from = began?.[0]?.from ?? null;
  const times = { from, ahead, askedAt: askedAt + ahead.least };
  const by = { disputedBy: ADDED_UP, unclearBy: UNCLEAR };
  const bare = { rule, subject, devices, ...times, told, strays, doubt, ...by };
  const isAsked = Number.isFinite(askedAt);
  const isWhole = devices.every((device) => known.isWhole(device)) && isKnown(question, known);
  const missed = { told: known.missed(rule.name, subject), expected: 0, maybe: 0 };
  if (began === null || !isWhole || !isAsked || doubt !== null) {
    const none = { isUnclear: false, expected: [], disputed: [], looked: 0 };
    return { ...bare, ...none, isWhole, missed };
  }
  if (others.isUnclear) {
    const none = { isUnclear: true, expected: [], disputed: [], looked: 0 };
    return { ...bare, ...none, isWhole, missed };
  }
  const asked = { ...question, began, columns: others.columns };
  const isOpen = (time: number | null): boolean =>
    time !== null && time > askedAt + ahead.least - slackOf(rule.deadlineMs);
  const until = askedAt + ahead.most + SLACK_MS;
  const found = expectedOf(asked, known, { until, told, isOpen });
  const expected = found.alarms.map((alarm) => ({
    ...alarm,
    ...{ isOpen: isOpen(alarm.due), isEndOpen: isOpen(alarm.overAt) },
  }));
  Object.assign(missed, { expected: found.missed, maybe: found.mayMiss });
  const { isUnclear, disputed, looked, isAtEdge } = found;
  const edge = isAtEdge ? { disputedBy: edgeOf(rule), unclearBy: edgeOf(rule) } : {};
  return { ...bare, ...edge, isWhole, isUnclear, expected, disputed, missed, looked };
}

const ADDED_UP = 'what was reckoned is so near to a bound that nobody can say';
const UNCLEAR = 'what was reckoned is so near to a bound, so often, that nobody can say';
const edgeOf = ({ name }: RulePlan): string =>
  `readings came in the instant in which a window of ${name} closed, as from a fault that ends ` +
  'just then: let it take some hundred milliseconds more or less';

const UNREAD = 'nobody can read what a reading of it says';

/** Of what came before the rule was asked for nothing hangs on what it says. */
function unreadOf({ devices, began, heardFrom }: Question, known: Knowledge): string | null {
  const from = heardFrom ?? began?.[0]?.from ?? 0;
  const isUnread = ({ isUnread: is, received }: Reading): boolean => is === true && received > from;
  return devices.some((device) => known.readings(device).some(isUnread)) ? UNREAD : null;
}

/**
 * The target knows of them: one is on its list, or what came of one is in its store. It may know
 * nothing of others, whose silence it cannot tell; besides that nothing is due of them.
 */
const isKnown = ({ rule, devices }: Question, known: Knowledge): boolean =>
  rule.silentMs === 0 ||
  devices.some((device) => known.isListed(device) || known.readings(device).length > 0);

interface Found {
  alarms: DueAlarm[];
  disputed: number[];
  isUnclear: boolean;
  missed: number;
  mayMiss: number;
  looked: number;
  /** Something hangs on what came just as a window closed. */
  isAtEdge: boolean;
}

function expectedOf(
  question: Question & { began: Began[]; columns: readonly AlarmColumn[] },
  known: Knowledge,
  heard: Heard & { until: number },
): Found {
  const { rule, devices, began, heardFrom, columns } = question;
  const from = began[0]?.from ?? 0;
  const [device = -1] = devices;
  const whole = { isUnclear: false, missed: 0, mayMiss: 0, isAtEdge: false };
  if (rule.silentMs > 0) {
    const { readings } = known.inTurn(device, heardFrom ?? from);
    const silences = silencesOf(rule.silentMs, readings, from);
    return { ...whole, ...silencesTold(silences, heard), looked: readings.length };
  }
  const says = sayingOf(rule, began);
  const asked = askedOf(rule, began);
  if (rule.window === null) {
    const { readings } = known.inTurn(device, heardFrom ?? from);
    const own = readings.filter(({ received }) => received > from);
    const facts = factsOf(
      rule.terms.filter(({ does }) => does !== 'alarm'),
      own,
    );
    const moments = own.map(({ at, received }, place) =>
      says(beside(facts[place] as Facts, columns, at), { at, time: received }, asked),
    );
    return { ...whole, ...alarmsTold(moments, asked, heard), looked: own.length };
  }
  const readings = devices
    .flatMap((one) => known.readings(one))
    .sort((a, b) => a.received - b.received || a.at - b.at);
  const { windows, missed, mayMiss, isUnclear } = windowsOf(
    rule.window,
    readings,
    from,
    heard.until,
  );
  const even = evenSignals(rule.terms, readings);
  const alike = alikeTo(rule.terms);
  const saysOf = ({ from: since, at, time, readings: inside }: Window): Moment =>
    says(windowFacts(rule.terms, inside, question.isOfDevice, even), { since, at, time }, asked);
  const moments = windows.map((window) => windowSays(window, saysOf, alike));
  const came = readings.filter(({ received }) => received > from).length;
  const told = alarmsTold(moments, asked, heard);
  const looked = came - missed;
  const isAtEdge = isUnclear || moments.some((moment) => moment.isAtEdge);
  return { ...told, isUnclear: told.isUnclear || isUnclear, missed, mayMiss, looked, isAtEdge };
}

/** One that may have ended just in time is due where it was told. */
function silencesTold(
  all: readonly DueAlarm[],
  { told, until }: Heard & { until: number },
): Pick<Found, 'alarms' | 'disputed'> {
  const due = all.filter((one) => one.due <= until);
  const isTold = ({ since, isUnsure }: DueAlarm): boolean =>
    isUnsure !== true || told.some((one) => one.since === since);
  const disputed = due.filter((one) => !isTold(one)).map(({ since }) => since);
  return { alarms: due.filter(isTold), disputed };
}

/** What a version asks for: one that the target never took is none of them. */
const versionOf = (rule: RulePlan, { version }: Began) => versionsOf(rule)[version - 1] ?? rule;

const askedOf = (rule: RulePlan, began: readonly Began[]): Asked[] =>
  began.map((own) => {
    const { forMs, clearForMs } = versionOf(rule, own);
    return { from: own.from, forMs, clearForMs };
  });

/** What each version says of a moment. */
function sayingOf(rule: RulePlan, began: readonly Began[]) {
  const conditions = began.map((own) => {
    const { when, clear } = versionOf(rule, own);
    return { when: conditionOf(when), clear: conditionOf(clear) };
  });
  return (
    { values, summed }: Facts,
    times: Pick<Moment, 'at' | 'since' | 'time'>,
    asked: readonly Asked[],
  ): Moment => {
    const own = conditions[asked.findLastIndex(({ from }) => from < times.time)];
    if (own === undefined) return { ...times, when: false, clear: false };
    const { when, clear } = own;
    const unclear = (['when', 'clear'] as const).filter((which) =>
      isTrembling(own[which], values, summed),
    );
    return { ...times, when: when(values), clear: clear(values), unclear };
  };
}
