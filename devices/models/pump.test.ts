/** The pump against the textbook: with the spread taken away, every number can be worked out. */
import { describe, expect, it } from 'vitest';
import type { Malfunctioning } from '#kernel';
import type { Physics } from '../device.ts';
import pump from './pump.ts';

function still(
  overrides: Record<string, number> = {},
  malfunctions: Malfunctioning[] = [],
): Physics {
  const params: Record<string, number> = {};
  for (const [name, param] of Object.entries(pump.params)) params[name] = param.value;
  return pump.start({ params: { ...params, ...overrides }, key: 5, malfunctions });
}

const worst = (kind: string): Malfunctioning => ({
  ...{ fault: kind, cause: kind, kind, from: 0, to: Number.POSITIVE_INFINITY },
  ...{ severity: 1, grows: 'step', overMs: 0 },
});

const NOON = 4 * 3_600_000;
const at = (physics: Physics, t = NOON) =>
  physics.truth(t) as Record<string, number> & { flow: number };

describe('where the curves meet (M5)', () => {
  it('moves 54.77 m³/h against 28 m, for 5.97 kW', () => {
    const { flow, head, power } = at(still());
    expect(flow).toBeCloseTo(54.772, 2);
    expect(head).toBeCloseTo(28, 2);
    // The textbook takes a whole 1000 kg/m³, of which water of 20 °C has 998.2.
    expect((power ?? 0) / 1000).toBeCloseTo(5.97 * 0.9982, 2);
  });

  it('moves 43.30 m³/h through pipes of twice the loss', () => {
    expect(at(still({ systemLoss: 0.012 })).flow).toBeCloseTo(43.301, 2);
  });

  it('goes by the laws of affinity where nothing is lifted', () => {
    const [whole, slow] = [1, 0.8].map((share) => {
      // Where it is best moves with the speed, as it must.
      const physics = still({ staticHead: 0 });
      physics.command('speed', share * 100, 0);
      return at(physics);
    });
    expect((slow?.flow ?? 0) / (whole?.flow ?? 0)).toBeCloseTo(0.8, 4);
    expect((slow?.head ?? 0) / (whole?.head ?? 0)).toBeCloseTo(0.64, 4);
    expect((slow?.power ?? 0) / (whole?.power ?? 0)).toBeCloseTo(0.512, 4);
  });

  it('has 10.61 m at its mouth, and 3 % less head where that is just what it needs', () => {
    expect(at(still()).suction).toBeCloseTo(10.61, 2);
    // It needs 2 + 0.0006 Q²; a curve so steep that the flow hardly moves.
    const needs = (physics: Physics): number => {
      const { pumped = 0, suction = 0 } = at(physics);
      return 2 + 0.0006 * pumped ** 2 - suction;
    };
    let [low, high] = [0, 10];
    for (let turn = 0; turn < 50; turn++) {
      const middle = (low + high) / 2;
      if (needs(still({ suctionLoss: middle })) < 0) low = middle;
      else high = middle;
    }
    const { head, pumped = 0 } = at(still({ suctionLoss: low }));
    expect((head ?? 0) / (40 - 0.004 * pumped ** 2)).toBeCloseTo(0.97, 3);
  });
});

it('is warm by its power, with the time constant of its heat', () => {
  const physics = still({ hallSwing: 0 });
  const warm = at(physics).motor ?? 0;
  expect(warm).toBeCloseTo(22 + 45, 0);
  physics.command('speed', 0, NOON);
  expect(((at(physics, NOON + 1_500_000).motor ?? 0) - 22) / (warm - 22)).toBeCloseTo(
    1 / Math.E,
    6,
  );
});

it('stands still without power, and turns slower at night', () => {
  const physics = still();
  expect(at(physics, 15 * 3_600_000).speed).toBeCloseTo(80, 9);
  physics.power(false, NOON);
  const { flow, head, power, speed } = at(physics, NOON + 1);
  expect([flow, head, power, speed]).toEqual([0, 0, 0, 0]);
});

it.each([
  ['clogging', { flow: -1, head: 1 }],
  ['impeller-wear', { flow: -1, head: -1 }],
  ['suction-blocked', { flow: -1, vibration: 1, suction: -1 }],
  ['air-in-liquid', { flow: -1, vibration: 1 }],
  ['dry-run', { flow: -1, head: -1, power: -1, vibration: 1 }],
  ['leak', { flow: -1, head: -1 }],
  ['bearing-wear', { vibration: 1, power: 1 }],
  ['fan-blocked', { motor: 1 }],
] as const)('shows %s where a machine would', (kind, signs) => {
  const [well, ill] = [at(still()), at(still({}, [worst(kind)]))];
  for (const [name, sign] of Object.entries(signs)) {
    expect(Math.sign((ill[name] ?? 0) - (well[name] ?? 0)), name).toBe(sign);
  }
});

it('is the same however often it is looked at', () => {
  const [often, once] = [still(), still()];
  for (let t = 0; t < 20 * 3_600_000; t += 7000) often.truth(t);
  expect(often.truth(20 * 3_600_000)).toEqual(once.truth(20 * 3_600_000));
});
