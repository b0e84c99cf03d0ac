/**
 * Readings that a target had before it was asked for a rule, and that their device sent again
 * afterwards. To one that knows what is in its store they are no news; to one that looks at
 * whatever comes they are. So both are lawful, and what is so one way alone may be there or not.
 */
import type { Alarm } from './alarms.ts';
import { notLate } from './known.ts';
import { type Expected, type Knowledge, type Question, type RuleStory, storyOf } from './story.ts';
import type { Reading } from './terms.ts';

/** More than so many of one device are not on their way at one time. */
const MOST = 32;
/** Ahead of whatever comes next, since a device sends again before it goes on. */
const BEHIND_MS = 1 / 1024;

/**
 * When a reading that the target had before it was asked for the rule came to it once more: by the
 * clock of its rules, no sooner and no later; the latter is infinite where nobody can say.
 * `isUnsure`: that may have been before the rule, or not at all.
 */
export interface Repeat {
  reading: Reading;
  soonest: number;
  latest: number;
  isUnsure: boolean;
}

/** Null for one that did not. */
export type RepeatOf = (reading: Reading, from: number) => Repeat | null;

/** Of a rule over one device or place. */
export function storyEitherWay(
  question: Question,
  known: Knowledge,
  repeatOf: RepeatOf,
): RuleStory {
  const story = storyOf(question, known);
  const { from, subject, rule } = story;
  if (from === null || !story.isWhole || story.doubt !== null) return story;
  const again = question.devices
    .flatMap((device) => known.readings(device))
    .flatMap((one) => (one.received <= from ? (repeatOf(one, from) ?? []) : []))
    .sort((a, b) => a.soonest - b.soonest || a.reading.at - b.reading.at);
  if (again.length === 0) return story;
  const ways = waysOf(again).map((repeats) => storyOf(question, new SaidAgain(known, repeats)));
  const told = known.told(rule.name, subject);
  const isTold = (one: Alarm): boolean => told.some((it) => isSame(it, one));
  const isSure = (one: Alarm): boolean =>
    ways.every(({ expected }) => expected.some((it) => isSame(it, one)));
  const sure = story.expected.filter(isSure);
  const own = story.expected.filter((one) => !isSure(one));
  const besides = ways
    .flatMap(({ expected }) => expected)
    .filter((one) => !story.expected.some((it) => isSame(it, one)))
    .map((one) => dated(one, again));
  // It took them for what they are, and is held to that.
  if (own.every((one) => one.isOpen || isTold(one)) && !besides.some(isTold)) return story;
  if (ways.some(({ isUnclear }) => isUnclear)) {
    return { ...story, isUnclear: true, expected: [], disputed: [] };
  }
  const either = [...own, ...besides];
  // What is told as one of the ways has it is right, which is not to say that it must be so.
  const taken = either.filter(isTold).map((one) => ({ ...one, isUnsure: true as const }));
  const expected = [...sure, ...distinct(taken)].sort((a, b) => a.since - b.since);
  const disputed = [...story.disputed, ...untold(either, taken)];
  return { ...story, expected, disputed, disputedBy: SAID_AGAIN };
}

const SAID_AGAIN = 'a reading came before the rule was asked for, and was sent again after it';

/**
 * Of those that may have been on their way when the rule was asked for, the first may have come
 * before it and the others after it; each at the soonest or at the latest.
 */
function waysOf(again: readonly Repeat[]): { reading: Reading; received: number }[][] {
  const unsure = again.filter(({ isUnsure }) => isUnsure).slice(-MOST);
  const sure = again.filter(({ isUnsure }) => !isUnsure);
  const suffixes = unsure.map((_, first) => unsure.slice(first));
  const sets = [...suffixes, ...(sure.length > 0 ? [[]] : [])].map((some) => [...some, ...sure]);
  return sets.flatMap((repeats) => {
    const at = (which: 'soonest' | 'latest') =>
      repeats.map(({ reading, soonest, latest }, k) => {
        const when = which === 'latest' && Number.isFinite(latest) ? latest : soonest;
        return { reading, received: when + (k + 1) * BEHIND_MS };
      });
    return [at('soonest'), at('latest')];
  });
}

/** One that a repeat made due was so when that came, which nobody knows to the moment. */
function dated(alarm: Expected, again: readonly Repeat[]): Expected {
  const by = again.find(({ reading }) => reading.at === alarm.at);
  if (by === undefined || alarm.due > by.latest + 1) return alarm;
  const { soonest, latest } = by;
  return { ...alarm, due: Number.isFinite(latest) ? latest : alarm.due, soonest };
}

/** One beginning for each stretch in which some way has an alarm, and none was told. */
function untold(either: readonly Alarm[], taken: readonly Alarm[]): number[] {
  const stretches: { from: number; to: number }[] = [];
  for (const { since, cleared } of [...either].sort((a, b) => a.since - b.since)) {
    const [last, to] = [stretches.at(-1), cleared ?? Number.POSITIVE_INFINITY];
    if (last === undefined || since > last.to) stretches.push({ from: since, to });
    else last.to = Math.max(last.to, to);
  }
  return stretches.flatMap(({ from, to }) =>
    taken.some(({ since }) => since >= from && since <= to) ? [] : [from],
  );
}

const distinct = <One extends Alarm>(all: readonly One[]): One[] =>
  all.filter((one, at) => all.findIndex((other) => isSame(other, one)) === at);

const isSame = (a: Alarm, b: Alarm): boolean =>
  a.since === b.since && a.at === b.at && a.cleared === b.cleared;

/** What is known, and these readings once more. */
class SaidAgain implements Knowledge {
  readonly #known: Knowledge;
  readonly #again: readonly Reading[];

  constructor(known: Knowledge, again: readonly { reading: Reading; received: number }[]) {
    this.#known = known;
    this.#again = again.map(({ reading, received }) => ({ ...reading, received }));
  }

  askedAt(devices: readonly number[]): number {
    return this.#known.askedAt(devices);
  }

  isListed(device: number): boolean {
    return this.#known.isListed(device);
  }

  told(rule: string, subject: string) {
    return this.#known.told(rule, subject);
  }

  missed(rule: string, subject: string): number {
    return this.#known.missed(rule, subject);
  }

  isWhole(device: number): boolean {
    return this.#known.isWhole(device);
  }

  readings(device: number): Reading[] {
    const own = this.#again.filter((one) => one.device === device);
    return inOrder([...this.#known.readings(device), ...own]);
  }

  inTurn(device: number, from: number) {
    const { late, ahead } = this.#known.inTurn(device, from);
    const came = this.readings(device).filter(({ received }) => received > from);
    return { readings: notLate(came), late, ahead };
  }
}

const inOrder = (readings: Reading[]): Reading[] =>
  readings.sort((a, b) => a.received - b.received || a.at - b.at);
