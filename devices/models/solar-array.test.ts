/** The array against the textbook: with the spread taken away, every number can be worked out. */
import { expect, it } from 'vitest';
import type { Malfunctioning } from '#kernel';
import type { Physics } from '../device.ts';
import array, { directPower, panelHeat } from './solar-array.ts';

function still(
  overrides: Record<string, number> = {},
  malfunctions: Malfunctioning[] = [],
): Physics {
  const params: Record<string, number> = {};
  for (const [name, param] of Object.entries(array.params)) params[name] = param.value;
  return array.start({ params: { ...params, ...overrides }, key: 5, malfunctions });
}

const HOUR = 3_600_000;

const worst = (kind: string): Malfunctioning => ({
  ...{ fault: kind, cause: kind, kind, from: 0, to: Number.POSITIVE_INFINITY },
  ...{ severity: 1, grows: 'step', overMs: 0 },
});

interface Truth extends Record<string, number> {
  power: number;
  direct: number;
  energy: number;
  stringA: number;
  stringB: number;
}
const at = (physics: Physics, t: number) => physics.truth(t) as Truth;

it('gives 3720 W at 45 °C under 800 W/m² in air of 20 °C', () => {
  const panel = panelHeat(800, 20, { nominalHeat: 45 });
  expect(panel).toBe(45);
  expect(directPower(800, panel, { ratedPower: 5000, heatLoss: 0.0035 })).toBeCloseTo(3720, 9);
});

it('gives nothing at night, and no more than its inverter can', () => {
  expect(at(still(), 16 * HOUR).power).toBe(0);
  const small = still({ inverterPower: 1000 });
  const powers = Array.from({ length: 600 }, (_, k) => at(small, k * 60_000).power);
  expect(Math.max(...powers)).toBe(1000);
});

it('counts what it gives, whoever looks', () => {
  const [often, once] = [still(), still()];
  let sum = 0;
  // Power stands still from minute to minute.
  for (let k = 0; k < 24 * 60; k++) sum += at(often, k * 60_000).power / 60_000;
  expect(at(once, 24 * HOUR).energy).toBeCloseTo(sum, 9);
  expect(at(often, 24 * HOUR)).toEqual(at(once, 24 * HOUR));
  expect(sum).toBeGreaterThan(3);
});

it.each([
  ['string-out', { stringB: -1, stringA: 0, power: -1 }],
  ['bypass-diode', { stringC: -1, stringA: 0, power: -1 }],
  ['inverter-trip', { power: -1, direct: 0 }],
  ['degradation', { stringA: -1, power: -1, irradiance: 0 }],
  ['soiling', { stringA: -1, power: -1, irradiance: 0 }],
] as const)('shows %s where an array would', (kind, signs) => {
  // Before noon of a day after dry ones.
  const t = 75 * HOUR;
  const [well, ill] = [at(still(), t), at(still({}, [worst(kind)]), t)];
  for (const [name, sign] of Object.entries(signs)) {
    expect(Math.sign((ill[name] ?? 0) - (well[name] ?? 0)), name).toBe(sign);
  }
});

it('is shaded by a tree in the evening alone', () => {
  const [well, ill] = [still(), still({}, [worst('shading')])];
  expect(at(ill, 4 * HOUR).power).toBe(at(well, 4 * HOUR).power);
  expect(at(ill, 9 * HOUR).power).toBeLessThan(at(well, 9 * HOUR).power * 0.5);
});

it('says too little sun by dust on its sensor, and gives as much', () => {
  const [well, ill] = [still(), still({}, [worst('sensor-dust')])];
  expect(at(ill, 4 * HOUR)).toEqual(at(well, 4 * HOUR));
  const said = (physics: Physics): number => physics.sample(4 * HOUR, 240).irradiance ?? 0;
  expect(said(ill)).toBeLessThan(said(well) * 0.85);
});
