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

interface Acknowledged {
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
  hindered: Hindered;
  asideMs: number;
}

export function lookedAt(
  { asked, answered, raw }: Look,
  { tiers, times, counted, gone, hindered, asideMs }: Expected,
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
      if (!isThere) {
        const left = Math.round(until - answered);
        wrong.push({ at, what: `reading ${n} is gone ${left} ms before its time was over` });
      }
    } else if (isThere && counted.has(n)) {
      looked++;
      const over = Math.max(until, acked, tiers.at);
      const overdue = overdueBy({ from: over, to: asked }, withinMs, hindered);
      if (overdue <= asideMs) continue;
      const late = Math.round(overdue);
      wrong.push({ at, what: `reading ${n} is still there ${late} ms after it was to be gone` });
    } else if (!isThere && !gone.has(n)) {
      looked++;
      gone.add(n);
    }
  }
  return { looked, wrong };
}
