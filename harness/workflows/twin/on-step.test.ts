/** Every value that a writer asks for is one that a device can be set to. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { onStep } from './on-step.ts';

/** As a device looks at it. */
const EPSILON = 1e-9;

it.each([
  [{ low: 1, high: 10, step: 2 }, 9.9, 9],
  [{ low: 1, high: 10, step: 0.4 }, 1.5, 1.4],
  [{ low: 0.5, high: 3, step: 1 }, 2.9, 2.5],
  [{ low: 0.25, high: 2, step: 0.5 }, 1.3, 1.25],
  [{ low: 16, high: 28, step: 0.01 }, 21.234_567, 21.23],
  [{ low: 0, high: 1, step: 0.1 }, 0.31, 0.3],
])('of %j, next to %f', (setting, value, next) => {
  expect(onStep(value, { name: 'lid', ...setting })).toBe(next);
});

it('is on the grid, within the bounds and near, whatever the grid', () => {
  const steps = fc.constantFrom(0.01, 0.05, 0.1, 0.25, 0.3, 0.4, 0.7, 1, 2, 2.5, 7);
  const lows = fc.integer({ min: -5000, max: 5000 }).map((cents) => cents / 100);
  const widths = fc.double({ min: 0, max: 300, noNaN: true });
  const shares = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(lows, widths, steps, shares, (low, width, step, share) => {
      const high = low + width;
      const value = low + width * share;
      const made = onStep(value, { name: 'lid', low, high, step });
      expect(made).toBeGreaterThanOrEqual(low);
      expect(made).toBeLessThanOrEqual(high);
      const count = (made - low) / step;
      expect(Math.abs(count - Math.round(count))).toBeLessThanOrEqual(EPSILON * Math.max(1, count));
      expect(Math.abs(made - value)).toBeLessThanOrEqual(step + EPSILON);
    }),
    { numRuns: 2000, seed: 3 },
  );
});
