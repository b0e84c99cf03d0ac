/**
 * What a look at a target should find: a reading is there as it came until its time is over, and
 * soon after that it is not. Times are milliseconds of scenario time.
 */
import type { TiersPlan } from '#kernel';
import { type Hindered, overdueBy } from '../hindrances.ts';

/** Something is not as it should be, of what was measured at a time. */
export interface Wrong {
  at: number;
  what: string;
}

export interface Moment {
  asked: number;
  answered: number;
}

export interface Look extends Moment {
  look: number;
  raw: Set<number>;
}

export interface Acknowledged {
  n: number;
  at: number;
  acked: number;
}

interface Expected {
  tiers: TiersPlan;
  times: readonly Acknowledged[];
  counted: ReadonlySet<number>;
  /** Found to be gone by now; filled in. */
  gone: Set<number>;
  /** Looked for while they had to be there; filled in. */
  awaited: Set<number>;
  hindered: Hindered;
  asideMs: number;
  /** By so much the time of the target may be behind. */
  behindMs: number;
}

export function lookedAt(
  { asked, answered, raw }: Look,
  { tiers, times, counted, gone, awaited, hindered, asideMs, behindMs }: Expected,
): { looked: number; wrong: Wrong[] } {
  const wrong: Wrong[] = [];
  let looked = 0;
  const { keepMs, withinMs } = tiers;
  for (const { n, at, acked } of times) {
    if (acked >= asked) continue;
    const isThere = raw.has(n);
    const until = at + keepMs;
    if (until > answered + asideMs) {
      looked++;
      awaited.add(n);
      if (!isThere) {
        const left = Math.round(until - answered);
        wrong.push({ at, what: `reading ${n} is gone ${left} ms before its time was over` });
      }
    } else if (isThere && counted.has(n)) {
      looked++;
      const over = Math.max(until, acked, tiers.at);
      const overdue = overdueBy({ from: over, to: asked }, withinMs, hindered);
      if (overdue <= asideMs + behindMs) continue;
      const late = Math.round(overdue);
      wrong.push({ at, what: `reading ${n} is still there ${late} ms after it was to be gone` });
    } else if (!isThere && !gone.has(n)) {
      looked++;
      gone.add(n);
    }
  }
  return { looked, wrong };
}

/**
 * Readings that are not there any more though nobody had looked while they had to be there: they
 * may have gone at once. Where it was so short a time that one look may fall before it and the next
 * one behind it, nobody had to.
 */
export function unwitnessed(
  { tiers, times, awaited, hindered }: Pick<Expected, 'tiers' | 'times' | 'awaited' | 'hindered'>,
  { asked, raw }: Look,
): number {
  const { at: began, keepMs, lookMs } = tiers;
  const own = times.filter(({ n, at, acked }) => {
    if (acked >= asked || raw.has(n) || awaited.has(n)) return false;
    const [from, to] = [Math.max(acked, began), at + keepMs];
    const isAway = hindered.pauses.some((pause) => pause.from < to && pause.to > from);
    return !isAway && to - from > 2 * lookMs;
  });
  return own.length;
}
