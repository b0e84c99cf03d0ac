/** Durations are read strictly and written so that they can be read again. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatDuration, parseDuration } from './time.ts';

it('reads the units people write', () => {
  expect(['250ms', '8s', '1.5m', '1m30s', '2h', '1d', '20us'].map(parseDuration)).toEqual([
    250, 8000, 90_000, 90_000, 7_200_000, 86_400_000, 0.02,
  ]);
});

it('refuses what is no duration', () => {
  for (const text of ['', '8', 's', '8 seconds', '-1s', '1s2', '1e3s', 'abc']) {
    expect(parseDuration(text), text).toBeUndefined();
  }
});

it('writes what it can read again', () => {
  fc.assert(
    fc.property(fc.nat({ max: 100_000_000 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBeCloseTo(ms, 0);
    }),
    { seed: 9 },
  );
});
