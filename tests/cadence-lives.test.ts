/**
 * Devices that are set again and again, their cadence and what their model says, by way of the part
 * and the twin alike: what goes is what the setting says, by a second look at the numbers.
 */
import { expect, it } from 'vitest';
import { randomStream } from '#kernel';
import { BENCH_MODEL, BenchDevice } from '../devices/duties/bench-device.ts';
import cadence from '../devices/parts/cadence.ts';

const BESIDE = [{ name: 'telemetry', way: 'up', schedule: { by: 'sampling' } }] as const;
const LIVES = 300;
const READINGS = 60;

it(`keeps to what is set in ${LIVES} lives, and refuses what it cannot be`, () => {
  let leftOut = 0;
  for (let seed = 1; seed <= LIVES; seed++) {
    const random = randomStream(seed, 'cadence-lives');
    const params = { each: 1 + random.below(3), most: 6 };
    const device = new BenchDevice(cadence, BENCH_MODEL, params, BESIDE);
    let each = params.each;
    for (let n = 0; n < READINGS; n++) {
      if (random.below(5) === 0) {
        const value = [0, 1, 2, 3, 6, 7, 1.5, 'x', null][random.below(9)];
        const fits = typeof value === 'number' && value >= 1 && value <= 6 && value !== 1.5;
        expect(device.set('cadence', value)).toBe(fits);
        if (fits) each = value;
      }
      expect(device.settings().cadence).toBe(each);
      const why = device.part.holds?.({ stream: 0, n, values: {} }) ?? null;
      expect(why, `life ${seed}, reading ${n}`).toBe(n % each === 0 ? null : 'between');
      if (why !== null) leftOut++;
    }
    expect(device.factory().cadence).toBe(params.each);
  }
  expect(leftOut).toBeGreaterThan(LIVES);
});

it('knows no setting that nobody offers', () => {
  const device = new BenchDevice(cadence, BENCH_MODEL, { each: 1, most: 3 }, BESIDE);
  expect(device.set('tempo', 1)).toBe(false);
  expect(device.set('set-level', 7)).toBe(true);
});
