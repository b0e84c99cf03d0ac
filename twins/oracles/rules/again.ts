/**
 * Readings that a target had before it was asked for a rule, and that their device sent again
 * afterwards. To one that knows what is in its store they are no news; to one that looks at
 * whatever comes they are. So both are lawful, and what is so one way alone may be there or not.
 */
import type { Alarm } from './alarms.ts';
import { notLate } from './known.ts';
import { type Knowledge, type Question, type RuleStory, storyOf } from './story.ts';
import type { Reading } from './terms.ts';

/** More than so many of one device are not on their way at one time. */
const MOST = 32;
/** Ahead of whatever comes next, since a device sends again before it goes on. */
const BEHIND_MS = 1 / 1024;

/** It was under way when the rule was asked for, and was sent more than once. */
export type MayComeAgain = (reading: Reading, from: number) => boolean;

/** Of a rule over one device. */
export function storyEitherWay(
  question: Question,
  known: Knowledge,
  mayComeAgain: MayComeAgain,
): RuleStory {
  const story = storyOf(question, known);
  const { from, subject, rule } = story;
  const [device = -1] = question.devices;
  if (from === null || story.looked === 0) return story;
  const again = known
    .readings(device)
    .filter((one) => one.received <= from && mayComeAgain(one, from))
    .slice(-MOST);
  if (again.length === 0) return story;
  // Of those on their way the first may have come before the rule and the others after it.
  const ways = again.map(
    (_, first) => storyOf(question, new SaidAgain(known, again.slice(first), from)).expected,
  );
  const isSure = (one: Alarm): boolean => ways.every((all) => all.some((it) => isSame(it, one)));
  const sure = story.expected.filter(isSure);
  const own = story.expected.filter((one) => !isSure(one));
  const besides = ways.flat().filter((one) => !story.expected.some((it) => isSame(it, one)));
  const told = known.told(rule.name, subject);
  const isTold = (one: Alarm): boolean => told.some((it) => isSame(it, one));
  // It took them for what they are, and is held to that.
  if (own.every((one) => one.isOpen || isTold(one)) && !besides.some(isTold)) return story;
  const either = [...own, ...besides];
  // What is told as one of the ways has it is right, which is not to say that it must be so.
  const taken = either.filter(isTold).map((one) => ({ ...one, isUnsure: true as const }));
  const begun = new Set(taken.map(({ since }) => since));
  const others = either.map(({ since }) => since).filter((since) => !begun.has(since));
  const expected = [...sure, ...distinct(taken)].sort((a, b) => a.since - b.since);
  const disputed = [...new Set([...story.disputed, ...others])];
  return { ...story, expected, disputed, disputedBy: SAID_AGAIN };
}

const SAID_AGAIN = 'a reading came before the rule was asked for, and was sent again after it';

const distinct = <One extends Alarm>(all: readonly One[]): One[] =>
  all.filter((one, at) => all.findIndex((other) => isSame(other, one)) === at);

const isSame = (a: Alarm, b: Alarm): boolean =>
  a.since === b.since && a.at === b.at && a.cleared === b.cleared;

/** What is known, and these readings once more just after the rule was asked for. */
class SaidAgain implements Knowledge {
  readonly #known: Knowledge;
  readonly #again: readonly Reading[];

  constructor(known: Knowledge, again: readonly Reading[], from: number) {
    this.#known = known;
    this.#again = again.map((one, k) => ({ ...one, received: from + (k + 1) * BEHIND_MS }));
  }

  askedAt(devices: readonly number[]): number {
    return this.#known.askedAt(devices);
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
    return inOrder([...this.#known.readings(device), ...this.#again]);
  }

  inTurn(device: number, from: number) {
    const { late, ahead } = this.#known.inTurn(device, from);
    const came = this.readings(device).filter(({ received }) => received > from);
    return { readings: notLate(came), late, ahead };
  }
}

const inOrder = (readings: Reading[]): Reading[] =>
  readings.sort((a, b) => a.received - b.received || a.at - b.at);
