/**
 * What the target holds as retained: what a fresh subscriber is given. How long a broker
 * may take for that it declares; a retained value of our own, published before and waited for like
 * the others, tells that the reading works at all. Only what did not come by the declared time,
 * though ours did, is missing for certain.
 */
import {
  type EntryPlan,
  formatDuration,
  heldTo,
  type Plan,
  STREAMS_MAX,
  type StreamPlan,
} from '#kernel';
import type { ObserverPorts } from './observer.ts';
import { type Reader, RetainedSession } from './retained-session.ts';

/** And no more came for this long: one that comes twice must be seen twice. */
const QUIET_MS = 500;
const LOOK_MS = 100;

/** At the end of the run. */
export async function readRetained(
  ports: ObserverPorts,
  name: string,
  lanes: readonly number[],
): Promise<void> {
  const write = (trouble: string | null): void => {
    const complete = trouble === null;
    if (!complete) ports.ledger.write('unread', { port: 'retained values', why: trouble });
    ports.ledger.write('final-read', { complete, part: 'retained' });
  };
  await readAll(ports, { by: 'reader', name, lanes, isPatient: true, breakOff: NEVER }, write);
}

export interface WholeReading {
  by: Reader;
  name: string;
  lanes: readonly number[];
  /** Whether values that still come when the time is up are waited for as long again. */
  isPatient: boolean;
  /** When this happens it is over, whatever has come. */
  breakOff: AbortSignal;
}

const NEVER = new AbortController().signal;

/** `read`: all is written down; why what is missing is not missing for certain, or null. */
export async function readAll(
  ports: ObserverPorts,
  { by, name, lanes, isPatient, breakOff }: WholeReading,
  read: (trouble: string | null) => void,
): Promise<void> {
  const { plan, wheel } = ports;
  const { retainedWithinMs } = heldTo(plan);
  const expected = expectedIn(plan, lanes);
  const missing = new Set(expected.map(({ key }) => key));
  let lastAt = ports.now();
  const hear = (device: number, stream: number): void => {
    lastAt = ports.now();
    missing.delete(keyOf(device, stream));
  };
  const sessions = filterGroups(ports, lanes, expected).map(
    (filters, k) =>
      new RetainedSession(ports, { by, name: k === 0 ? name : `${name}/${k}`, filters }, hear),
  );
  const brokenOff = new Promise<void>((resolve) => {
    breakOff.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([Promise.all(sessions.map((session) => session.open())), brokenOff]);
  lastAt = ports.now();
  const deadline = lastAt + retainedWithinMs;
  const isWhole = (): boolean => missing.size === 0 && !sessions.some(({ awaitsOwn }) => awaitsOwn);
  const latest = deadline + (isPatient ? retainedWithinMs : 0);
  const isOver = (): boolean =>
    ports.now() >= latest ||
    ((isWhole() || ports.now() >= deadline) && ports.now() - lastAt >= QUIET_MS);
  while (!breakOff.aborted && sessions.some(({ isUp }) => isUp) && !isOver()) {
    await new Promise<void>((resolve) => wheel.after(LOOK_MS, resolve));
  }
  for (const session of sessions) session.tellLast();
  if (breakOff.aborted) read('it was broken off');
  else read(troubleOf(sessions, missing.size === 0, retainedWithinMs));
  await Promise.all(sessions.map((session) => session.close()));
}

/** Why nothing that is missing is missing for certain; null where it is. */
function troubleOf(
  sessions: readonly RetainedSession[],
  isWhole: boolean,
  withinMs: number,
): string | null {
  const out = sessions.find(({ isUp }) => !isUp);
  if (out !== undefined) return out.trouble;
  const deaf = sessions.find(({ hasOwn }) => !hasOwn);
  if (isWhole || deaf === undefined) return null;
  if (!deaf.awaitsOwn) return 'the reader could not publish a value of its own to tell by';
  const within = formatDuration(withinMs);
  return `a value that the reader itself published did not come back within ${within}`;
}

/** The streams of an entry's devices of which the target keeps the last message. */
export const retainedStreams = ({ streams }: Plan, entry: EntryPlan | undefined): StreamPlan[] =>
  streams.filter(({ code, retained }) => retained && entry?.streams.includes(code) === true);

interface Expected {
  key: number;
  lane: number;
  device: string;
  stream: string;
}

const keyOf = (device: number, stream: number): number => device * STREAMS_MAX + stream;

/** Every value that may be there: a shard's plan has holes where other shards' devices are. */
function expectedIn(plan: Plan, lanes: readonly number[]): Expected[] {
  const mine = new Set(lanes);
  const expected: Expected[] = [];
  plan.devices.forEach(({ id, lane, entry }, index) => {
    if (!mine.has(lane)) return;
    for (const { code, name } of retainedStreams(plan, plan.entries[entry])) {
      expected.push({ key: keyOf(index, code), lane, device: id, stream: name });
    }
  });
  return expected;
}

/** By session: no more than the target lets one hold, and one of them is for our own value. */
function filterGroups(
  { plan, dialect }: ObserverPorts,
  lanes: readonly number[],
  expected: readonly Expected[],
): string[][] {
  const { filtersPerSession, retained } = heldTo(plan);
  const filters =
    retained === 'exact-topics'
      ? expected.map((place) => dialect.topicOf(place))
      : dialect.subscriptions(lanes);
  const most = Math.max(1, filtersPerSession - 1);
  const groups: string[][] = [];
  for (let at = 0; at < filters.length; at += most) groups.push(filters.slice(at, at + most));
  return groups;
}
