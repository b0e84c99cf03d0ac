/**
 * When a target could not do what was due: it was away, a fault kept it from that, or we stood
 * still ourselves. Such time does not count. A target that was away has much to catch up with, and
 * is owed its time anew from when it is back; that we stood still excuses nothing but that long.
 * A slow disk keeps it from nothing: what is due meanwhile may come so much later as a commit
 * takes, and no more.
 */
import { type FaultPlan, type Plan, pressureOf } from '#kernel';
import { overlaps, type Span, type Timeline } from './timeline.ts';

export interface Hindrance extends Span {
  /** A process of ours stood still, and nothing is known to have kept the target. */
  isOurs: boolean;
}

export function hindrancesIn({ downs, stalls, faults }: Timeline): Hindrance[] {
  const acting = faults.filter(({ injected, plan: { acts, inside } }) => {
    const isStill = inside?.still === true || inside?.full === true;
    return injected && (acts === 'target' || isStill);
  });
  const away = [...downs, ...acting].map(({ from, to }) => ({ from, to, isOurs: false }));
  return [...away, ...stalls.map(({ from, to }) => ({ from, to, isOurs: true }))];
}

/** A span in which each message may be so much later, in the unit of the span. */
export interface Slowness extends Span {
  later: number;
}

/** A message waits for the commit that is under way when it comes, and for its own. */
const COMMITS = 2;
/** It is written down, in the session of who must have it, and in what is counted of it. */
const WRITES = 3;

/** It does nothing but make commits slower. */
export const isSlowing = ({ inside }: Pick<FaultPlan, 'inside'>): boolean =>
  inside?.commitMs !== undefined || inside?.writeMs !== undefined;

export const slownessIn = ({ faults }: Timeline, plan: Plan): Slowness[] =>
  faults
    .filter(({ injected, plan: fault }) => injected && isSlowing(fault))
    .map(({ from, to, plan: { inside } }) => {
      const { commitMs = 0, writeMs = 0 } = inside ?? {};
      return { from, to, later: COMMITS * commitUs(plan, commitMs, writeMs) };
    });

/**
 * How long a commit takes at most. Whoever has said how many messages he lets in at one time has no
 * more of them to write; else each device has one there. A disk that cannot keep up with what is
 * measured falls behind for as long as it is slow.
 */
function commitUs(plan: Plan, commitMs: number, writeMs: number): number {
  const held = pressureOf(plan);
  const perSecond = plan.devices.reduce((sum, { entry }) => {
    const everyMs = plan.entries[entry]?.everyMs ?? 0;
    return everyMs > 0 ? sum + 1000 / everyMs : sum;
  }, 0);
  const isBehind = held === null && writeMs * WRITES * perSecond >= 1000;
  if (isBehind) return Number.POSITIVE_INFINITY;
  const writes = WRITES * (held?.queue ?? plan.devices.length);
  return (commitMs + writeMs * writes) * 1000;
}

/** So much later may be what was due at the one end of the span and was done at the other. */
export const slowedIn = (slow: readonly Slowness[], span: Span): number =>
  slow
    .filter((one) => overlaps(one, span))
    .reduce((sum, one) => {
      // What is being written when the disk is well again is written then.
      const both = Math.min(one.to, span.to) - Math.max(one.from, span.from);
      return sum + Math.min(one.later, both);
    }, 0);

/** Of a span what is outside of all these, which may overlap. */
export function freeIn({ from, to }: Span, hindrances: readonly Span[]): number {
  const sorted = hindrances.filter((one) => one.from < to && one.to > from);
  sorted.sort((a, b) => a.from - b.from);
  let [free, at] = [0, from];
  for (const one of sorted) {
    free += Math.max(0, one.from - at);
    at = Math.max(at, one.to);
  }
  return free + Math.max(0, to - at);
}

/** All that may excuse what comes late, in one unit. */
export interface Hindered {
  /** First to last. */
  pauses: readonly Hindrance[];
  slow: readonly Slowness[];
}

/** In milliseconds of the run. */
export const hinderedIn = (timeline: Timeline, plan: Plan): Hindered => {
  const timed = <T extends Span>(one: T): T => ({
    ...{ ...one, from: one.from / 1000, to: one.to / 1000 },
  });
  return {
    pauses: hindrancesIn(timeline)
      .map(timed)
      .sort((a, b) => a.from - b.from),
    slow: slownessIn(timeline, plan).map((one) => ({ ...timed(one), later: one.later / 1000 })),
  };
};

/** By another clock, of which is known when it shows a time of ours at the soonest and latest. */
export const byClock = (
  { pauses, slow }: Hindered,
  soonest: (ms: number) => number,
  latest: (ms: number) => number,
): Hindered => {
  const timed = <T extends Span>(one: T): T => ({
    ...{ ...one, from: soonest(one.from), to: latest(one.to) },
  });
  return { pauses: pauses.map(timed), slow: slow.map(timed) };
};

/**
 * By how much what was due at the one end of the span, and done at the other, was later than it may
 * be; 0 or less where it was in time. Who was away before the time for it was over has all of that
 * again from when he is back.
 */
export function overdueBy(span: Span, within: number, { pauses, slow }: Hindered): number {
  const over = (from: number, to: number): number => {
    const own = { from, to: Math.max(from, to) };
    return freeIn(own, pauses) - within - slowedIn(slow, own);
  };
  // Most things are in time whatever else was.
  if (span.to - span.from <= within) return span.to - span.from - within;
  let { from } = span;
  for (const { to, isOurs, ...one } of pauses) {
    if (!isOurs && to > from && over(from, one.from) <= 0) from = to;
  }
  return from >= span.to ? -within : over(from, span.to);
}
