/**
 * What a look at a target should find: a reading is there as it came until its time is over, and
 * soon after that it is not. Times are milliseconds of scenario time.
 */
import type { TiersPlan } from '#kernel';
import { type Slowness, slowedIn } from '../hindrances.ts';

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
  /** The target was away, or a process of ours stood still. */
  pauses: readonly { from: number; to: number }[];
  /** Its disk was slow, and it may be so much later then. */
  slow: readonly Slowness[];
  asideMs: number;
}

export function lookedAt(
  { asked, answered, raw }: Look,
  { tiers, times, counted, gone, pauses, slow, asideMs }: Expected,
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
      const back = dueBy(Math.max(until, acked, tiers.at), asked, pauses);
      const due = back + withinMs + slowedIn(slow, { from: back, to: asked });
      if (due + asideMs >= asked) continue;
      const late = Math.round(asked - due);
      wrong.push({ at, what: `reading ${n} is still there ${late} ms after it was to be gone` });
    } else if (!isThere && !gone.has(n)) {
      looked++;
      gone.add(n);
    }
  }
  return { looked, wrong };
}

/** Who was away begins when he is back. */
function dueBy(due: number, asked: number, pauses: Expected['pauses']): number {
  return pauses
    .filter(({ from, to }) => to > due && from < asked)
    .reduce((latest, { to }) => Math.max(latest, to), due);
}
