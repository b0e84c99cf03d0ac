/** The tank against the textbook: with the spread taken away, every number can be worked out. */
import { expect, it } from 'vitest';
import type { Malfunctioning } from '#kernel';
import type { Physics } from '../device.ts';
import tank from './tank.ts';

function still(
  overrides: Record<string, number> = {},
  malfunctions: Malfunctioning[] = [],
): Physics {
  const params: Record<string, number> = {};
  for (const [name, param] of Object.entries(tank.params)) params[name] = param.value;
  const all = { ...params, sensorNoise: 0, ...overrides };
  return tank.start({ params: all, key: 5, malfunctions });
}

const HOUR = 3_600_000;

const ill = (kind: string, severity = 1): Malfunctioning => ({
  ...{ fault: kind, cause: kind, kind, from: HOUR, to: Number.POSITIVE_INFINITY },
  ...{ severity, grows: 'step', overMs: 0 },
});

interface Truth extends Record<string, number> {
  level: number;
  seen: number;
  output: number;
  valve: number;
  inflow: number;
  outflow: number;
}
const at = (physics: Physics, t: number) => physics.truth(t) as Truth;

/** Every ten seconds of so many hours. */
const course = (physics: Physics, from: number, hours: number): Truth[] =>
  Array.from({ length: hours * 360 }, (_, k) => at(physics, from + k * 10_000));
const each = (truths: readonly Truth[], name: string): number[] =>
  truths.map((truth) => truth[name] ?? 0);
const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

it('drains two metres in 524.5 s once its valve is shut', () => {
  const physics = still({ setpoint: 2, supplySwing: 0 });
  physics.power(false, 0);
  // The valve shuts at the controller's next turn, and until then as much comes as leaves.
  expect(at(physics, 5000).level).toBeCloseTo(2, 9);
  expect(at(physics, 5000 + 524_000).level).toBeGreaterThan(0);
  expect(at(physics, 5000 + 524_600).level).toBe(0);
});

it('holds its level, with as much coming as leaving', () => {
  const physics = still({ supplySwing: 0 });
  const { level, inflow, outflow, valve } = at(physics, 5 * HOUR);
  expect(level).toBeCloseTo(1.5, 6);
  expect(inflow).toBeCloseTo(outflow, 4);
  // 23.8 of 60 m³/h through a valve of equal percentage.
  expect(valve).toBeCloseTo(100 * (1 + Math.log(outflow / 60) / Math.log(50)), 4);
});

it('goes to another level when it is told', () => {
  const physics = still();
  expect(physics.command('level', 2.2, HOUR)).toBe(true);
  expect(at(physics, 3 * HOUR).level).toBeCloseTo(2.2, 2);
  expect(physics.command('level', 0, HOUR)).toBe(false);
});

it('hunts by a valve that sticks: the valve in steps, the controller in slopes', () => {
  const physics = still({ supplySwing: 0, supply: 58 }, [ill('valve-stiction')]);
  physics.command('level', 1.6, 2 * HOUR);
  const truths = course(physics, 12 * HOUR, 2);
  expect(spread(each(truths, 'level'))).toBeGreaterThan(0.05);
  // What sticks stands still for most of the time, and what asks never does.
  const stays = (name: string): number =>
    each(truths, name).filter(
      (value, k, all) => k > 0 && Math.abs(value - (all[k - 1] ?? 0)) < 1e-9,
    ).length;
  expect(stays('valve')).toBeGreaterThan(600);
  expect(stays('output')).toBeLessThan(100);
  const well = course(still({ supplySwing: 0 }), 12 * HOUR, 2);
  expect(spread(each(well, 'level'))).toBeLessThan(1e-6);
});

it.each([
  ['leak', { valve: 1, inflow: 1 }],
  ['foaming', { level: -1, inflow: -1 }],
  ['air-loss', { level: -1, output: 1 }],
  ['windup', { output: 1, level: -1 }],
] as const)('shows %s where a tank would', (kind, signs) => {
  const [well, sick] = [at(still(), 3 * HOUR), at(still({}, [ill(kind)]), 3 * HOUR)];
  for (const [name, sign] of Object.entries(signs)) {
    expect(Math.sign((sick[name] ?? 0) - (well[name] ?? 0)), name).toBe(sign);
  }
});

it('says the same for ever when its sensor is frozen, whatever its tank does', () => {
  const truths = course(still({}, [ill('sensor-frozen')]), 2 * HOUR, 6);
  expect(spread(each(truths, 'seen'))).toBe(0);
});

it('leaves its valve where it is when that is stuck, and the level follows the supply', () => {
  const truths = course(still({}, [ill('valve-stuck')]), 2 * HOUR, 6);
  expect(spread(each(truths, 'valve'))).toBe(0);
  expect(spread(each(truths, 'level'))).toBeGreaterThan(0.1);
});

it('overshoots after a shortage only where its controller winds up', () => {
  const physics = still({}, [{ ...ill('windup'), to: 4 * HOUR }]);
  expect(Math.max(...each(course(physics, 4 * HOUR, 2), 'level'))).toBeGreaterThan(1.8);
  expect(Math.max(...each(course(still(), 4 * HOUR, 2), 'level'))).toBeLessThan(1.6);
});

it('is the same however often it is looked at', () => {
  const [often, once] = [still(), still()];
  for (let t = 0; t < 20 * HOUR; t += 7000) often.truth(t);
  expect(often.truth(20 * HOUR)).toEqual(once.truth(20 * HOUR));
});
