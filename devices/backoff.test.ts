/** Back-off: growth, cap, jitter. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const hard = { baseMs: 500, capMs: 30_000, jitter: 'none' } as const;
const full = { ...hard, jitter: 'full' } as const;

describe('backoff', () => {
  test('without jitter it doubles up to the cap', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((attempt) => backoffMs(hard, attempt, 0.3))).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
    ]);
  });

  test('full jitter is uniform below that bound, from zero on', () => {
    expect(backoffMs(full, 3, 0)).toBe(0);
    expect(backoffMs(full, 3, 0.25)).toBe(1000);
    fc.assert(
      fc.property(
        fc.integer({ min: -1, max: 10_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, unit) => {
          const delay = backoffMs(full, attempt, unit);
          const bound = backoffMs(hard, attempt, 0);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(bound);
          expect(bound).toBeLessThanOrEqual(30_000);
        },
      ),
      { seed: 8, numRuns: 300 },
    );
  });
});
