/** Device health: its readings, and that its consequences can be asked for in any order. */
import { describe, expect, test } from 'vitest';
import { streamKey } from '#kernel';
import { drawParams } from '../draw.ts';
import { type Health, startHealth } from './health.ts';
import { healthParams, healthSignals } from './health-params.ts';

const names = Object.keys(healthParams);
const exact = Object.fromEntries(
  Object.entries(healthParams).map(([name, param]) => [name, param.value]),
);

function drawnHealth(index: number, overrides: Record<string, number> = {}): Health {
  const id = `fridges/north-1/${index}`;
  const values = drawParams(healthParams, overrides, 42, id);
  const params = Object.fromEntries(names.map((name, i) => [name, values[i] ?? 0]));
  return startHealth({ key: streamKey(42, `device/${id}/health`), params, everyMs: 5000 });
}

const exactHealth = (overrides: Record<string, number> = {}): Health =>
  startHealth({ key: 1, params: { ...exact, ...overrides }, everyMs: 5000 });

describe('health as a signal', () => {
  test('readings stay within their rails and on their steps for a simulated month', () => {
    const health = drawnHealth(1);
    for (let n = 0; n < 720; n++) {
      const sample = health.sample(n * 3_600_000, n);
      for (const [name, spec] of Object.entries(healthSignals)) {
        const value = sample[name as keyof typeof healthSignals];
        expect(value).toBeGreaterThanOrEqual(spec.low);
        expect(value).toBeLessThanOrEqual(spec.high);
        expect(Math.abs(value / spec.step - Math.round(value / spec.step))).toBeLessThan(1e-6);
      }
    }
  });

  test('a reading hangs on (t, n), not on what was read before', () => {
    const thorough = drawnHealth(2);
    for (let n = 0; n < 99; n++) thorough.sample(n * 5000, n);
    expect(thorough.sample(495_000, 99)).toEqual(drawnHealth(2).sample(495_000, 99));
  });

  test('a reboot refills the heap, restarts the clock and tells why', () => {
    const health = exactHealth({ heapLeak: 60 });
    const before = health.sample(3_600_000, 1);
    health.reboot(3_600_000, 'watchdog');
    const after = health.sample(3_601_000, 2);
    expect(before.resetReason).toBe('power-on');
    expect(after.resetReason).toBe('watchdog');
    expect(before.uptime).toBe(3600);
    expect(after.uptime).toBe(1);
    expect(after.freeHeap - before.freeHeap).toBeGreaterThan(45);
    expect(before.mcuTemperature).toBeGreaterThan(after.mcuTemperature);
  });

  test('farther away the signal is weaker and more packets are lost', () => {
    const near = exactHealth({ distance: 5, shadowing: 0 });
    const far = exactHealth({ distance: 140, shadowing: 0 });
    expect(near.sample(0, 0).rssi).toBeGreaterThan(far.sample(0, 0).rssi + 20);
    expect(near.errorRate(0)).toBeLessThan(far.errorRate(0));
  });
});

describe('health with consequences', () => {
  const stallsOf = (health: Health, until: number): number[] => {
    const edges: number[] = [];
    for (let at = 0; ; ) {
      const stall = health.nextStall(at);
      if (stall === null || stall.from >= until) return edges;
      edges.push(stall.from, stall.to);
      at = stall.to;
    }
  };

  test('stalls take the share of time that the error rate names', () => {
    const health = exactHealth({ distance: 80, shadowing: 0, fading: 0 });
    const day = 86_400_000;
    const edges = stallsOf(health, day);
    let stalledMs = 0;
    for (let i = 0; i < edges.length; i += 2) stalledMs += (edges[i + 1] ?? 0) - (edges[i] ?? 0);
    expect(health.errorRate(0)).toBeGreaterThan(0.001);
    expect(stalledMs / day / health.errorRate(0)).toBeGreaterThan(0.8);
    expect(stalledMs / day / health.errorRate(0)).toBeLessThan(1.25);
    expect(stalledMs / (edges.length / 2)).toBeGreaterThan(1000);
    expect(stalledMs / (edges.length / 2)).toBeLessThan(2000);
  });

  test('the next stall is the same from wherever one looks', () => {
    const health = exactHealth({ distance: 110, shadowing: 0 });
    const edges = stallsOf(health, 3_600_000);
    expect(edges.length).toBeGreaterThan(10);
    for (let i = 0; i < edges.length; i += 2) {
      const from = edges[i] ?? 0;
      const before = i === 0 ? 0 : (edges[i - 1] ?? 0);
      for (const at of [before, (before + from) / 2, from]) {
        expect(health.nextStall(at)).toEqual({ from, to: edges[i + 1] });
      }
      const following = edges[i + 2];
      if (following !== undefined) expect(health.nextStall(from + 1)?.from).toBe(following);
    }
  });

  test('in a minute a fleet sees a few short stalls, no resets and no empty battery', () => {
    let stalled = 0;
    let resets = 0;
    for (let index = 0; index < 2000; index++) {
      const health = drawnHealth(index);
      const stall = health.nextStall(0);
      if (stall !== null && stall.from < 60_000) stalled++;
      if ((health.heapExhaustedAt(0) ?? Infinity) < 60_000) resets++;
      if ((health.batteryEmptyAt() ?? Infinity) < 60_000) resets++;
    }
    expect(stalled).toBeGreaterThan(4);
    expect(stalled).toBeLessThan(100);
    expect(resets).toBe(0);
  });

  test('a good link never stalls, within the day that is looked ahead', () => {
    expect(exactHealth({ distance: 1, shadowing: 0 }).nextStall(0)).toBeNull();
  });

  test('the heap is exhausted when the reading reaches the floor, counted from the boot', () => {
    const health = exactHealth({ heapLeak: 84, heap: 180, heapFloor: 12 });
    expect(health.heapExhaustedAt(1000)).toBe(1000 + 2 * 3_600_000);
    health.reboot(1000, 'power-on');
    const at = health.sample(1000 + 2 * 3_600_000, 0).freeHeap;
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThanOrEqual(12);
    expect(exactHealth({ heapLeak: 0 }).heapExhaustedAt(0)).toBeNull();
  });

  test('the heap is lost within what firmware takes for it, and whole after a boot', () => {
    const health = exactHealth({ heap: 180, heapFloor: 12, heapLeak: 0 });
    health.reboot(1000, 'power-on');
    health.leaksWithin(8000);
    expect(health.heapExhaustedAt(1000)).toBe(9000);
    expect(health.heapAt(5000)).toBe(180 - 84);
    health.reboot(9000, 'watchdog');
    expect(health.heapAt(9000)).toBe(180);
    health.leaksWithin(null);
    expect(health.heapExhaustedAt(9000)).toBeNull();
  });

  test('an ordinary battery, a message each 5 s: 620 µA, so that 80 % of it last 129 days', () => {
    // 20 µA asleep, and (120 mA · 10 ms + 60 mA · 30 ms) / 5 s = 600 µA.
    const days = (exactHealth().batteryEmptyAt() ?? 0) / 86_400_000;
    expect(days).toBeCloseTo((2.4 * 0.8) / 620e-6 / 24, 6);
    expect(days).toBeCloseTo(129.03, 2);
    // Of 2400 mAh a day takes 14.88 mAh, or 0.62 %.
    const health = exactHealth();
    expect(health.sample(0, 0).battery).toBeCloseTo(80, 6);
    expect(health.sample(10 * 86_400_000, 0).battery).toBeCloseTo(80 - 6.2, 6);
  });

  test('the battery reads zero when it is said to be empty, and something a minute before', () => {
    const health = exactHealth({ batteryCapacity: 0.2, charge: 0.5 });
    const empty = health.batteryEmptyAt() ?? 0;
    expect(empty).toBeGreaterThan(60_000);
    expect(health.sample(empty, 0).battery).toBeLessThan(5);
    expect(health.sample(empty - 60_000, 0).battery).toBeGreaterThan(5);
    const idle = { sleepCurrent: 0, txCurrent: 0, rxCurrent: 0 };
    expect(exactHealth(idle).batteryEmptyAt()).toBeNull();
  });
});
