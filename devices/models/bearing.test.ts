/** The bearing as its analyser sees it: sound, and with each of its flaws. */
import { expect, it } from 'vitest';
import type { Malfunctioning } from '#kernel';
import type { Physics } from '../device.ts';
import bearing from './bearing.ts';

function still(
  overrides: Record<string, number> = {},
  malfunctions: Malfunctioning[] = [],
): Physics {
  const params: Record<string, number> = {};
  for (const [name, param] of Object.entries(bearing.params)) params[name] = param.value;
  return bearing.start({ params: { ...params, ...overrides }, key: 5, malfunctions });
}

const HOUR = 3_600_000;

const ill = (kind: string, severity = 0.2): Malfunctioning => ({
  ...{ fault: kind, cause: kind, kind, from: 0, to: Number.POSITIVE_INFINITY },
  ...{ severity, grows: 'step', overMs: 0 },
});

/** The middle one of eleven looks. */
function usual(physics: Physics, name: string): number {
  const looks = Array.from({ length: 11 }, (_, n) => physics.sample(4 * HOUR, n)[name] ?? 0);
  return looks.sort((a, b) => a - b)[5] ?? 0;
}

it.each([
  ['outer-flaw', ['outer', 'kurtosis', 'peak', 'rms', 'temperature']],
  ['inner-flaw', ['inner', 'kurtosis', 'peak', 'rms']],
  ['ball-flaw', ['ball', 'kurtosis', 'peak', 'rms']],
  ['cage-broken', ['cage', 'kurtosis', 'peak', 'temperature']],
  ['grease-lost', ['rms', 'high', 'temperature']],
  ['unbalanced', ['rms', 'low']],
  ['misalignment', ['rms', 'low']],
] as const)('shows %s where a bearing would', (kind, names) => {
  const [well, sick] = [still(), still({}, [ill(kind)])];
  for (const name of names) {
    expect(usual(sick, name), name).toBeGreaterThan(usual(well, name) * 1.04);
  }
});

it('says another thing at each look, and the same of the same look', () => {
  const [one, two] = [still(), still()];
  expect(one.sample(HOUR, 6)).toEqual(two.sample(HOUR, 6));
  expect(one.sample(HOUR, 7).rms).not.toBe(two.sample(HOUR, 6).rms);
});

it('is the louder the worse it is', () => {
  const loudness = [0, 0.02, 0.1, 0.5, 1].map((severity) =>
    usual(still({}, [ill('outer-flaw', severity)]), 'outer'),
  );
  expect(loudness).toEqual(loudness.toSorted((a, b) => a - b));
});

it('stands still without power', () => {
  const physics = still({}, [ill('outer-flaw', 1)]);
  physics.power(false, HOUR);
  const { rms = 1, speed } = physics.sample(HOUR + 1, 8);
  expect(speed).toBe(0);
  expect(rms).toBeLessThan(0.05);
});
