/** The room against the textbook: with the spread taken away, every number can be worked out. */
import { expect, it } from 'vitest';
import type { Malfunctioning } from '#kernel';
import type { Physics } from '../device.ts';
import room from './air-quality.ts';

function still(
  overrides: Record<string, number> = {},
  malfunctions: Malfunctioning[] = [],
): Physics {
  const params: Record<string, number> = {};
  for (const [name, param] of Object.entries(room.params)) params[name] = param.value;
  const all = { ...params, sensorNoise: 0, ...overrides };
  return room.start({ params: all, key: 5, malfunctions });
}

const HOUR = 3_600_000;

const worst = (kind: string): Malfunctioning => ({
  ...{ fault: kind, cause: kind, kind, from: 0, to: Number.POSITIVE_INFINITY },
  ...{ severity: 1, grows: 'step', overMs: 0 },
});

interface Truth extends Record<string, number> {
  co2: number;
  dust: number;
  people: number;
  airflow: number;
}
const at = (physics: Physics, t: number) => physics.truth(t) as Truth;

it('comes to rest at 940 ppm by 10 L/s for each', () => {
  const physics = still({ presence: 1, cracks: 0 });
  // Before noon, when some go.
  expect(at(physics, 3.9 * HOUR).people).toBe(10);
  expect(at(physics, 3.9 * HOUR).co2).toBeCloseTo(940, 0);
});

it('loses half of what is above the outside in ln 2 over the changes of its air', () => {
  const physics = still({ cracks: 1, nightAir: 0 });
  // Nobody is there after 18 h.
  const [first, later] = [10.5, 10.5 + Math.LN2].map((hours) => at(physics, hours * HOUR).co2);
  expect(((later ?? 0) - 420) / ((first ?? 0) - 420)).toBeCloseTo(0.5, 6);
});

it('holds what was breathed out and did not leave', () => {
  const physics = still({ presence: 1, cracks: 0, freshAir: 0 });
  // 10 people, 5.2 mL/s each, in 200 m³.
  const [first, later] = [1, 2].map((hours) => at(physics, hours * HOUR).co2);
  expect((later ?? 0) - (first ?? 0)).toBeCloseTo((10 * 5.2e-6 * 3600 * 1e6) / 200, 2);
});

it('is empty at night, and each comes and goes by himself', () => {
  const physics = still();
  const day = Array.from({ length: 18 }, (_, k) => at(physics, k * 0.5 * HOUR).people);
  expect(new Set(day).size).toBeGreaterThan(2);
  expect(at(physics, 12 * HOUR).people).toBe(0);
});

it.each([
  ['damper-stuck', { co2: 1, airflow: -1 }],
  ['fan-loss', { co2: 1, airflow: -1 }],
  ['belt-slip', { co2: 1, airflow: -1, speed: 0 }],
  ['recirculation', { co2: 1, airflow: 0 }],
  ['filter-torn', { dust: 1, co2: 0 }],
] as const)('shows %s where a room would', (kind, signs) => {
  const [well, ill] = [at(still(), 3 * HOUR), at(still({}, [worst(kind)]), 3 * HOUR)];
  for (const [name, sign] of Object.entries(signs)) {
    expect(Math.sign((ill[name] ?? 0) - (well[name] ?? 0)), name).toBe(sign);
  }
});

it.each([
  ['false-baseline', 'co2'],
  ['miscount', 'people'],
] as const)('says too little by %s while all is well', (kind, name) => {
  const [well, ill] = [still(), still({}, [worst(kind)])];
  expect(ill.truth(3 * HOUR)).toEqual(well.truth(3 * HOUR));
  expect(ill.sample(3 * HOUR, 180)[name]).toBeLessThan(well.sample(3 * HOUR, 180)[name] ?? 0);
});

it('is the same however often it is looked at', () => {
  const [often, once] = [still(), still()];
  for (let t = 0; t < 20 * HOUR; t += 7000) often.truth(t);
  expect(often.truth(20 * HOUR)).toEqual(once.truth(20 * HOUR));
});
