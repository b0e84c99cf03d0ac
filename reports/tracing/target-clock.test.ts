/** How far a target's clock is ahead, by what must have been between two instants of the run. */
import { expect, it } from 'vitest';
import { TargetClock } from './target-clock.ts';

const S = 1_000_000;

function ahead(...seen: readonly (readonly [at: number, soonest: number, latest: number])[]) {
  const clock = new TargetClock();
  for (const [at, soonest, latest] of seen) clock.saw(at * S, soonest * S, latest * S);
  return clock.aheadUs / S;
}

it('is nothing where nobody knows, and where the clocks may be one', () => {
  expect(ahead()).toBe(0);
  expect(ahead([5, 5, 5], [9, 8, 9])).toBe(0);
  // Of a target that acknowledges before it takes in.
  expect(ahead([5.5, 5, 5.2], [9, 9, 9])).toBe(0);
});

it('lies between what all of them leave', () => {
  expect(ahead([103, 2, 4], [108, 7.5, 8.1])).toBeCloseTo(100.2, 3);
  expect(ahead([2, 9, 10], [3, 10.5, 11])).toBeCloseTo(-7.75, 3);
});
