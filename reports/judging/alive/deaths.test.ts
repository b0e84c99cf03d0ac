/** Who was served in the midst of a death disproves it; what is under way at its edges does not. */
import { expect, it } from 'vitest';
import { isInside } from './deaths.ts';

const GONE = { from: 10_000_000, to: 20_000_000, refused: 3, forGood: false };
const TIMES = [10_000_000, 10_499_999, 10_500_000, 19_500_000, 19_500_001, 20_000_000];

it('lies half a second within it, and for good until the end of time', () => {
  const inside = (forGood: boolean) => TIMES.map((t) => isInside({ ...GONE, forGood }, t));
  expect(inside(false)).toEqual([false, false, true, true, false, false]);
  expect(inside(true)).toEqual([false, false, true, true, true, true]);
});
