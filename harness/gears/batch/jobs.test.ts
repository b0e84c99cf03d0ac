/** The pieces of a data set: everybody once, by the plan alone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan } from '#kernel';
import { jobsOf, sampleCount } from './jobs.ts';
import { SPLITS, splitOf } from './splits.ts';

const planOf = (counts: readonly number[], hours: number): Plan =>
  ({
    seed: 3,
    phases: [{ name: 'drain', from: hours * 3_600_000, to: hours * 3_600_000 + 5000 }],
    entries: counts.map((_, k) => ({ id: `e${k}`, everyMs: 1000 * (k + 1) })),
    devices: counts.flatMap((count, entry) =>
      Array.from({ length: count }, (_, k) => ({ id: `e${entry}/n/${k}`, entry, firstAt: 37 * k })),
    ),
  }) as unknown as Plan;

describe('jobs', () => {
  test('hold each device once, in a file of its entry and split', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 3000 }), (given, hours) => {
        const plan = planOf(given, hours);
        const jobs = jobsOf(plan);
        const all = jobs.flatMap(({ devices }) => devices).sort((a, b) => a - b);
        expect(all).toEqual(plan.devices.map((_, index) => index));
        expect(new Set(jobs.map(({ name }) => name)).size).toBe(jobs.length);
        for (const { devices, entry, split, rows, name } of jobs) {
          expect(name.startsWith(`e${entry}/${split}-`)).toBe(true);
          expect(devices.every((one) => plan.devices[one]?.entry === entry)).toBe(true);
          const counted = devices.map((one) => sampleCount(plan, one));
          expect(rows).toBe(counted.reduce((sum, one) => sum + one, 0));
          // One device alone may have more rows than a file should.
          expect(devices.length === 1 || rows <= 1_000_000).toBe(true);
        }
      }),
    );
  });

  test('of a day every second hold as many samples as there are', () => {
    expect(sampleCount(planOf([2], 24), 0)).toBe(86_400);
    expect(sampleCount(planOf([2], 24), 1)).toBe(86_400);
  });
});

describe('splits', () => {
  const COUNT = 20_000;
  const ids = Array.from({ length: COUNT }, (_, k) => `fridges/north-1/${k}`);

  test('are as large as they should be, by five standard deviations', () => {
    for (const { name, share } of SPLITS) {
      const found = ids.filter((id) => splitOf(7, id) === name).length;
      const deviation = Math.sqrt(COUNT * share * (1 - share));
      expect(Math.abs(found - COUNT * share)).toBeLessThan(5 * deviation);
    }
  });

  test('are others for another seed', () => {
    const moved = ids.filter((id) => splitOf(7, id) !== splitOf(8, id)).length;
    // Two draws agree by 0.7² + 2 · 0.15².
    expect(moved / COUNT).toBeCloseTo(1 - 0.535, 1);
  });
});
