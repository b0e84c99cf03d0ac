/**
 * When a radio is open, by its rule and the seed alone: the same in both gears, and for everybody
 * who shares it. Spells of a Gilbert-Elliott channel have lengths that are drawn exponentially,
 * each by its number.
 */
import { type RadioRule, streamKey, unitAt } from '#kernel';

/** When something may cross that would cross at `t`; `t` itself where the way is open. */
export type OpensAt = (t: number) => number;

const ALWAYS: OpensAt = (t) => t;

/** Times are asked for in any order, but mostly go on: the spell that was looked at is kept. */
export function stallTimes(
  { goodMs, badMs }: NonNullable<RadioRule['stalls']>,
  seed: number,
  name: string,
): OpensAt {
  const key = streamKey(seed, `radio/${name}/stalls`);
  const lengthOf = (spell: number): number => {
    const meanMs = spell % 2 === 0 ? goodMs : badMs;
    return Math.max(1, Math.round(-Math.log(1 - unitAt(key, spell)) * meanMs));
  };
  let [spell, from, to] = [0, 0, lengthOf(0)];
  return (t) => {
    while (t < from && spell > 0) {
      spell--;
      [from, to] = [from - lengthOf(spell), from];
    }
    while (t >= to) {
      spell++;
      [from, to] = [to, to + lengthOf(spell)];
    }
    return spell % 2 === 0 ? t : to;
  };
}

/** Each period begins with a gap, but the first: a run begins when everybody is there. */
export const handoverTimes =
  ({ everyMs, gapMs }: NonNullable<RadioRule['handover']>): OpensAt =>
  (t) => {
    const period = Math.floor(t / everyMs);
    const over = period * everyMs + gapMs;
    return period > 0 && t < over ? over : t;
  };

/** Windows in which it listens without having said anything. */
export const pagingTimes =
  ({ everyMs, openMs }: { everyMs: number; openMs: number }): OpensAt =>
  (t) => {
    const period = Math.floor(t / everyMs);
    return t < period * everyMs + openMs ? t : (period + 1) * everyMs;
  };

/** What is true of both directions. */
export function linkTimes(rule: RadioRule, seed: number, name: string): OpensAt {
  const { stalls, handover } = rule;
  return together([
    stalls === undefined ? ALWAYS : stallTimes(stalls, seed, name),
    handover === undefined ? ALWAYS : handoverTimes(handover),
  ]);
}

/** Open where all are. */
export function together(all: readonly OpensAt[]): OpensAt {
  return (t) => {
    for (let at = t; ; ) {
      const next = all.reduce((latest, opensAt) => Math.max(latest, opensAt(at)), at);
      if (next === at || next === Number.POSITIVE_INFINITY) return next;
      at = next;
    }
  };
}
