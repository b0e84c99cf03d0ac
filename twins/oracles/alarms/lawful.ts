/**
 * Whether the history of an alarm can be one: each row by what stood before it, and what a person
 * was told by what a person should have been told.
 */
import { type Hindered, overdueBy } from '../hindrances.ts';
import { SLACK_MS } from '../slack.ts';
import { type Claims, claimed, counted, UNTIMED } from './claim.ts';
import type { Row, Told } from './known.ts';
import { type History, stateOf } from './past.ts';

export function lawful(history: History, told: Told, around: Around): Claims['claims'] {
  const { claims } = around.into;
  for (const row of history.rows) {
    const amiss = AMISS[row.event]?.(row, history, told, around);
    if (amiss !== undefined) claimed(around.into, row.at, amiss);
  }
  if (around.isTimed) ends(history, around);
  // By when each had to come off the shelf hangs on when the target was away.
  else for (const _ of history.all('shelved')) counted(around.into.doubts, UNTIMED);
  tellings(history, around);
  return claims;
}

interface Around {
  into: Claims;
  /** By the clock of the target, milliseconds. */
  hindered: Hindered;
  /** It was read no sooner, milliseconds. */
  readAt: number;
  /** False where nobody can say when something was by the target. */
  isTimed: boolean;
}

type Look = (row: Row, history: History, told: Told, around: Around) => string | null;

const AMISS: Readonly<Record<string, Look>> = {
  raised: ({ place, number }, history) => {
    const { isActive, number: before } = history.at(place);
    if (isActive) return 'is raised while it stands';
    return number === before + 1 ? null : `is raised for time ${number}, after ${before} times`;
  },
  cleared: ({ place, since }, history) => {
    const { isActive, raised } = history.at(place);
    if (!isActive) return 'is cleared while it does not stand';
    // Both rows are of one alarm, and what made it due has not changed since.
    return raised === null || since === raised.since
      ? null
      : `is cleared as one since ${since} ms, and was raised as one since ${raised.since} ms`;
  },
  acked: ({ place, number, token }, history, { wishes }) => {
    const past = history.at(place);
    if (past.number === 0) return 'is acknowledged before it was ever raised';
    if (!past.isUnseen) return `is acknowledged while it is ${stateOf(past)}`;
    const meant = wishes.get(token)?.number ?? 0;
    const isMeant = number === past.number && (meant === 0 || meant === number);
    return isMeant ? null : `was raised ${past.number} times, and is acknowledged for another`;
  },
  shelved: ({ place, at, until, token }, history, { wishes }) => {
    if (history.at(place).shelf !== null) return 'is shelved while it is shelved';
    const forMs = wishes.get(token)?.forMs;
    // Its clock may have gone on between the one and the other.
    if (forMs === undefined || Math.abs(until - at - forMs) <= SLACK_MS) return null;
    return `is shelved for ${until - at} ms, and ${forMs} ms were asked for`;
  },
  unshelved: ({ place, at, token }, history, _, { hindered, isTimed }) => {
    const { shelf } = history.at(place);
    if (shelf === null) return 'is taken off the shelf while it is not there';
    if (token !== '') return null;
    if (at < shelf.until) return `is taken off the shelf ${shelf.until - at} ms too early`;
    return !isTimed || overdueBy({ from: shelf.until, to: at }, SLACK_MS, hindered) <= 0
      ? null
      : `is taken off the shelf ${at - shelf.until} ms too late`;
  },
  refused: ({ place, what, token }, history, { wishes }) => {
    const past = history.at(place);
    const meant = wishes.get(token)?.number ?? 0;
    const isMeant = meant === 0 || meant === past.number;
    if (what === 'ack' && past.isUnseen && isMeant)
      return 'is due, and its acknowledgement refused';
    if (what === 'shelve' && past.shelf === null) return 'is not shelved, and cannot be';
    if (what === 'unshelve' && past.shelf !== null) return 'cannot be taken off the shelf';
    return null;
  },
};

/** One that lies on the shelf at the end may lie there. */
function ends(history: History, { into, hindered, readAt }: Around): void {
  const { shelf } = history.at(Number.POSITIVE_INFINITY);
  if (shelf === null) return;
  if (overdueBy({ from: shelf.until, to: readAt }, SLACK_MS, hindered) <= 0) {
    return counted(into.open, 'on the shelf when the target was asked');
  }
  const due = shelf.until + SLACK_MS;
  claimed(into, due, `lies on the shelf ${Math.round(readAt - shelf.until)} ms after its time`);
}

const CHANGES = ['raised', 'cleared', 'unshelved'];

/** Of each change that leaves it unseen and not shelved a person is told, once and at once. */
function tellings(history: History, { into, hindered, isTimed }: Around): void {
  const times = new Map<number, number>();
  const toldAt = new Map<number, number>();
  for (const { about, at } of history.all('annunciated')) {
    times.set(about, (times.get(about) ?? 0) + 1);
    toldAt.set(about, at);
  }
  for (const { place, event, at } of history.rows) {
    if (!CHANGES.includes(event)) continue;
    const { isUnseen, shelf } = history.at(place, true);
    const due = isUnseen && shelf === null ? 1 : 0;
    const told = times.get(place) ?? 0;
    times.delete(place);
    if (told === due) {
      if (due === 0) continue;
      const span = { from: at, to: toldAt.get(place) ?? at };
      const afterMs = span.to - span.from;
      // What hindered it stands by our clock.
      if (!isTimed && afterMs > SLACK_MS) counted(into.doubts, UNTIMED);
      else if (overdueBy(span, SLACK_MS, hindered) <= 0) claimed(into, at, null);
      else claimed(into, at, `was ${event}, and a person is told of it ${afterMs} ms later`);
      continue;
    }
    const what = `was ${event}, and a person is told of it ${told} times`;
    claimed(into, at, shelf === null ? what : `${what} while it is shelved`);
  }
  for (const { about, at } of history.all('annunciated')) {
    if (times.has(about)) claimed(into, at, 'is told to a person though nothing has changed');
  }
}
