/** Looks lie where no fault is and nobody comes back, and are no load of their own. */
import { describe, expect, it } from 'vitest';
import type { FaultPlan, Plan } from '#kernel';
import { CODE } from '../../kernel/testing/streams.ts';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { planLooks } from './looks.ts';

/** 60 s of steady phase, of devices with a retained status each, spread over the lanes. */
function laid(over: Partial<Plan> = {}, devices = 8, lanes = 8): Plan {
  const plan = testPlan({ devices, readings: 60 });
  plan.devices.forEach((device, index) => {
    device.lane = index % lanes;
  });
  const entries = plan.entries.map((entry) => ({ ...entry, streams: [CODE.status] }));
  const guarantees = { ...plan.target.guarantees, retainedWithinMs: 2000 };
  const target = { ...plan.target, guarantees, offers: ['retained'] };
  return { ...plan, entries, target, ...over };
}

const fault = (from: number, to: number): FaultPlan => ({ id: 'x', from, to }) as FaultPlan;
const FAULTS = [fault(40_000, 42_000), fault(10_000, 20_000)];

const timesOf = (plan: Plan): number[] => planLooks(plan).map(({ at }) => at);

describe('looks at retained values', () => {
  it('come once in each span without a fault, away from its edges', () => {
    const drawn = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      const [first = -1, second = -1, third = -1, ...more] = timesOf(
        laid({ seed, faults: FAULTS }),
      );
      expect(more).toEqual([]);
      expect(first >= 0 && first <= 6000).toBe(true);
      expect(second >= 23_000 && second <= 36_000).toBe(true);
      expect(third >= 45_000 && third <= 56_000).toBe(true);
      for (const at of [first, second, third]) expect(at % 10).toBe(0);
      drawn.add(second);
    }
    expect(drawn.size).toBeGreaterThan(100);
  });

  it('are over before the next fault, however long the target may take', () => {
    const plan = laid({ faults: FAULTS });
    const guarantees = { ...plan.target.guarantees, retainedWithinMs: 10_000 };
    for (let seed = 0; seed < 50; seed++) {
      const [second = -1, third = -1, ...more] = timesOf({
        ...plan,
        seed,
        target: { ...plan.target, guarantees },
      });
      expect(more).toEqual([]);
      expect(second >= 23_000 && second <= 28_000).toBe(true);
      expect(third >= 45_000 && third <= 48_000).toBe(true);
    }
  });

  it('are the same for the same seed', () => {
    const plan = laid({ faults: FAULTS });
    expect(planLooks(plan)).toEqual(planLooks(plan));
    expect(timesOf(plan)).not.toEqual(timesOf({ ...plan, seed: 2 }));
  });

  it('find no place beside faults that leave none', () => {
    expect(timesOf(laid({ faults: [fault(1000, 56_000)] }))).toEqual([]);
    const overlapping = [fault(2000, 30_000), fault(3000, 5000), fault(29_000, 56_000)];
    expect(timesOf(laid({ faults: overlapping }))).toEqual([]);
  });

  it('are three at most', () => {
    const faults = Array.from({ length: 6 }, (_, k) => fault(k * 10_000, k * 10_000 + 100));
    const times = timesOf(laid({ faults }));
    expect(times).toHaveLength(3);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('read all lanes of a small fleet, and of a large one so many values as are no load', () => {
    const [small] = planLooks(laid());
    expect(small?.lanes).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const [large] = planLooks(laid({}, 8000));
    expect(large?.lanes).toHaveLength(2);
    const [oneLane] = planLooks(laid({}, 8000, 1));
    expect(oneLane?.lanes).toEqual([0]);
  });

  it('come to every lane of a large fleet in the end, whichever it is', () => {
    const seen = new Map<number, number>();
    for (let seed = 0; seed < 200; seed++) {
      const [look] = planLooks(laid({ seed }, 8000));
      for (const lane of look?.lanes ?? []) seen.set(lane, (seen.get(lane) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    // Two of eight each time, as far as 200 draws are even.
    for (const count of seen.values()) expect(count).toBeGreaterThan(25);
  });

  it('are left out where nothing is retained, or it cannot be asked, or not by lane', () => {
    const plan = laid();
    expect(timesOf({ ...plan, target: { ...plan.target, offers: [] } })).toEqual([]);
    const entries = plan.entries.map((entry) => ({ ...entry, streams: [CODE.telemetry] }));
    expect(timesOf({ ...plan, entries })).toEqual([]);
    const topic = 'site/{device}/{stream}';
    expect(timesOf({ ...plan, target: { ...plan.target, topic } })).toHaveLength(1);
    const large = laid({}, 8000);
    expect(timesOf({ ...large, target: { ...large.target, topic } })).toEqual([]);
  });
});
