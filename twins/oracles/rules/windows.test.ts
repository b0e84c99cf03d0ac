/** Windows of a long run, and those of which nobody can say whether they had begun. */
import { expect, it } from 'vitest';
import type { Reading } from './terms.ts';
import { windowsOf } from './windows.ts';

const PLAN = { everyMs: 100, overMs: 100, gapMs: 0, mostMs: 0, lateMs: 0 };
const readingAt = (at: number, received = at + 1): Reading => ({
  ...{ device: 0, n: at, at, received, values: {} },
});

it('tells as many as there are', () => {
  const count = 200_000;
  const readings = Array.from({ length: count }, (_, k) => readingAt(1000 + 100 * k));
  const { windows } = windowsOf(PLAN, readings, 0, 1000 + 100 * count);
  expect(windows).toHaveLength(count);
});

it('leaves open those before the first that surely is one', () => {
  const readings = [readingAt(1050, 1099), readingAt(1350)];
  const { windows, missed, mayMiss } = windowsOf(PLAN, readings, 0, 1400);
  expect(windows.map(({ from, mayBe }) => [from, mayBe])).toEqual([
    [1000, true],
    [1100, true],
    [1200, true],
    [1300, false],
  ]);
  expect([missed, mayMiss]).toEqual([0, 1]);
});
