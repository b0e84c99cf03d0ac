/** The pieces of a data set: everybody once, by the plan alone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan } from '#kernel';
import { jobsOf, sampleCount, samplesIn } from './jobs.ts';
import { BY_DEVICE, type SplitBy, splitOf } from './splits.ts';

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
        const jobs = jobsOf(plan, BY_DEVICE);
        const all = jobs.flatMap(({ devices }) => devices).sort((a, b) => a - b);
        expect(all).toEqual(plan.devices.map((_, index) => index));
        expect(new Set(jobs.map(({ name }) => name)).size).toBe(jobs.length);
        for (const { devices, entry, stretch, rows, name } of jobs) {
          expect(name.startsWith(`e${entry}/${stretch.split}-`)).toBe(true);
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

describe('splits by', () => {
  const planned = planOf([40], 100);
  const plan = {
    ...planned,
    devices: planned.devices.map((device, k) => ({ ...device, site: `s${k % 8}` })),
  } as Plan;
  const jobs = (by: SplitBy, embargoMs = 0) => jobsOf(plan, { ...BY_DEVICE, by, embargoMs });

  test('site keep the devices of each together', () => {
    const of = new Map<string, Set<string>>();
    for (const { devices, stretch } of jobs('site')) {
      for (const device of devices) {
        const site = plan.devices[device]?.site ?? '';
        of.set(site, (of.get(site) ?? new Set()).add(stretch.split));
      }
    }
    expect([...of.values()].map(({ size }) => size)).toEqual(Array.from({ length: 8 }, () => 1));
    expect(new Set([...of.values()].flatMap((one) => [...one])).size).toBeGreaterThan(1);
  });

  test('time hold each sample once, but for what lies in an embargo', () => {
    const seen = (embargoMs: number): Map<number, string[]> => {
      const found = new Map<number, string[]>();
      for (const { devices, stretch } of jobs('time', embargoMs)) {
        if (!devices.includes(3)) continue;
        const [from, to] = samplesIn(plan, 3, stretch);
        for (let n = from; n < to; n++) found.set(n, [...(found.get(n) ?? []), stretch.split]);
      }
      return found;
    };
    const all = seen(0);
    expect(all.size).toBe(sampleCount(plan, 3));
    expect([...all.values()].every(({ length }) => length === 1)).toBe(true);
    const fewer = seen(3_600_000);
    expect(all.size - fewer.size).toBe(2 * 3600);
    expect([...fewer].every(([n, [split]]) => all.get(n)?.[0] === split)).toBe(true);
  });

  test('time cannot leave out more than there is', () => {
    expect(() => jobs('time', 16 * 3_600_000)).toThrow(/leaves nothing of the split validation/);
  });
});

describe('splits', () => {
  const COUNT = 20_000;
  const ids = Array.from({ length: COUNT }, (_, k) => `fridges/north-1/${k}`);

  test('are as large as they should be, by five standard deviations', () => {
    for (const { name, share } of BY_DEVICE.splits) {
      const found = ids.filter((id) => splitOf(7, id, BY_DEVICE.splits) === name).length;
      const deviation = Math.sqrt(COUNT * share * (1 - share));
      expect(Math.abs(found - COUNT * share)).toBeLessThan(5 * deviation);
    }
  });

  test('are others for another seed', () => {
    const of = (seed: number, id: string): string => splitOf(seed, id, BY_DEVICE.splits);
    const moved = ids.filter((id) => of(7, id) !== of(8, id)).length;
    // Two draws agree by 0.7² + 2 · 0.15².
    expect(moved / COUNT).toBeCloseTo(1 - 0.535, 1);
  });
});
