/** What counts as standing still, and how often a process tells how it does. */
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Vitals, watchStalls } from './stall-watch.ts';

const EVERY_MS = 50;

let now = 0;
let stalls: number[];
let vitals: Vitals[];
let unwatch: () => void;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  now = 7000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  [stalls, vitals] = [[], []];
  unwatch = watchStalls(
    (ms) => stalls.push(ms),
    (one) => vitals.push(one),
  );
});
afterEach(() => {
  unwatch();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** The next look comes so much later than it should. */
function lookLate(lagMs: number): void {
  now += EVERY_MS + lagMs;
  vi.advanceTimersByTime(EVERY_MS);
}

it('150 ms late is a stall, and less is the noise of a machine', () => {
  for (const lagMs of [0, 149, 150, 20, 4000]) lookLate(lagMs);
  expect(stalls).toEqual([150, 4000]);
});

it('tells of itself once a second, with the worst lag of that second', () => {
  for (let look = 1; look < 20; look++) lookLate(look === 7 ? 12 : 0);
  // 962 ms have gone by since the beginning.
  expect(vitals).toEqual([]);
  lookLate(0);
  expect(vitals).toMatchObject([{ worstLagMs: 12 }]);
  for (let look = 1; look < 20; look++) lookLate(0);
  expect(vitals).toHaveLength(1);
  lookLate(0);
  expect(vitals).toMatchObject([{ worstLagMs: 12 }, { worstLagMs: 0 }]);
  const [{ residentKiB, cpuSeconds } = { residentKiB: 0, cpuSeconds: 0 }] = vitals;
  // More than a megabyte and less than a terabyte; more than a moment and less than a day.
  expect([residentKiB > 1024, residentKiB < 2 ** 30]).toEqual([true, true]);
  expect([cpuSeconds > 0.001, cpuSeconds < 86_400]).toEqual([true, true]);
});

it('says nothing more when it is told to end', () => {
  unwatch();
  lookLate(5000);
  expect([stalls, vitals]).toEqual([[], []]);
});
