/** What a probe saw, at the very edges of a window and beside them. */
import { expect, it } from 'vitest';
import { TimelineBuilder } from '#oracles';
import { no } from '../proof.ts';
import { healthy } from '../testing/story.ts';
import type { Seen } from './beside.ts';
import {
  aliveAgain,
  closings,
  fellSilent,
  innerWindow,
  leak,
  medianOf,
  sinceHeal,
  steadySpan,
  wasHeld,
} from './probe-sightings.ts';

const S = 1_000_000;
const WINDOW = { from: 10 * S, to: 20 * S };
const INNER = { from: 10.25 * S, to: 19.75 * S };

const saw = (text: string, t: number, b = 0): Seen[] => [{ text, t, b }];
/** Asked then, and answered then. */
const pong = (askedAt: number, t: number): Seen[] => saw('pong', t, t - askedAt);

it('a window has edges of a quarter of a second, and a short one of a quarter of itself', () => {
  expect(innerWindow(WINDOW)).toEqual(INNER);
  expect(innerWindow({ from: 0, to: S })).toEqual({ from: 0.25 * S, to: 0.75 * S });
  expect(innerWindow({ from: S, to: 1.8 * S })).toEqual({ from: 1.2 * S, to: 1.6 * S });
});

it('an answer leaks that was asked and given inside, edges and all', () => {
  expect(leak(pong(INNER.from, INNER.to), INNER)).toEqual(
    no('a probe was answered 1 times through it'),
  );
  expect(leak(pong(INNER.from - 1, INNER.to), INNER)).toBeNull();
  expect(leak(pong(INNER.from, INNER.to + 1), INNER)).toBeNull();
  expect(leak(saw('silent', 15 * S), INNER)).toBeNull();
});

it('an answer was held that was asked inside and given after', () => {
  expect(wasHeld(pong(INNER.from, INNER.to + 1), INNER)).toBe(true);
  expect(wasHeld(pong(INNER.to, INNER.to + S), INNER)).toBe(true);
  expect(wasHeld(pong(INNER.from, INNER.to), INNER)).toBe(false);
  expect(wasHeld(pong(INNER.from - 1, INNER.to + 1), INNER)).toBe(false);
  expect(wasHeld(pong(INNER.to + 1, INNER.to + S), INNER)).toBe(false);
});

it('silence and closings count inside', () => {
  const times = [INNER.from - 1, INNER.from, INNER.to, INNER.to + 1];
  expect(times.map((t) => fellSilent(saw('silent', t), INNER))).toEqual([false, true, true, false]);
  expect(fellSilent(pong(INNER.from, INNER.to), INNER)).toBe(false);
  const ends = times.flatMap((t) => [saw('refused', t), saw('closed', t), pong(t, t)].flat());
  expect(closings(ends, INNER)).toBe(4);
});

it('is alive again with the first answer or connection after it', () => {
  const later = [
    ...pong(INNER.from, INNER.to),
    ...saw('silent', 21 * S),
    ...saw('connected', 22 * S),
  ];
  expect(aliveAgain(later, INNER)).toBe(22 * S);
  expect(aliveAgain([...later.slice(0, 2), ...pong(INNER.to, INNER.to + 1)], INNER)).toBe(
    INNER.to + 1,
  );
  expect(aliveAgain(later.slice(0, 2), INNER)).toBeNull();
});

it('says how long after the heal something was seen', () => {
  expect(sinceHeal(WINDOW, 20 * S)).toMatch(/^0\b.* after the heal$/);
  expect(sinceHeal(WINDOW, 20.5 * S)).toBe('500 ms after the heal');
  expect(sinceHeal(WINDOW, 400 * S)).toBe('6m20s after the heal');
  expect(sinceHeal(WINDOW, 2020 * S)).toBe('33m20s after the heal');
  expect(sinceHeal(WINDOW, 20 * S - 1)).toBe('as it healed');
});

it('the median is in the middle, and of an even number the larger', () => {
  expect(medianOf([])).toBeNull();
  expect(medianOf([30, 10, 20])).toBe(20);
  expect(medianOf([40, 100, 10, 20])).toBe(40);
});

it('the steady phase is as it was planned where nobody tells of it', () => {
  const { plan } = healthy();
  const untold = new TimelineBuilder(plan).finish();
  const steady = { name: 'steady', from: 2.1 * S, to: 6.1 * S };
  expect(steadySpan({ ...untold, phase: () => steady }, plan)).toEqual(steady);
  expect(steadySpan(untold, plan)).toEqual({ from: 2 * S, to: 6 * S });
  expect(steadySpan(untold, { ...plan, phases: [] })).toBeNull();
});
