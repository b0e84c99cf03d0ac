/** How far a target's clock is ahead, by what must have been between two instants of the run. */
import { expect, it } from 'vitest';
import { TargetClock } from './target-clock.ts';

function ahead(...seen: readonly (readonly [at: number, soonest: number, latest: number])[]) {
  const clock = new TargetClock();
  for (const [at, soonest, latest] of seen) clock.saw(at, soonest, latest);
  return clock.ahead;
}

it('may be anything where nobody knows', () => {
  const unknown = new TargetClock();
  expect(unknown.isKnown).toBe(false);
  expect(unknown.ahead).toEqual({ least: -Infinity, most: Infinity, likely: 0 });
  unknown.saw(5000, 4000, Number.POSITIVE_INFINITY);
  expect(unknown.isKnown).toBe(false);
});

it('is likely nothing where the clocks may be one', () => {
  expect(ahead([5000, 5000, 5000], [9000, 8000, 9000])).toEqual({ least: -1, most: 1, likely: 0 });
  // Of a target that acknowledges before it takes in.
  expect(ahead([5500, 5000, 5200], [9000, 9000, 9000])).toMatchObject({ likely: 0 });
});

it('lies between what all of them leave', () => {
  const two = ahead([103_000, 2000, 4000], [108_000, 7500, 8100]);
  expect(two).toEqual({ least: 99_899, most: 100_501, likely: 100_200 });
  expect(ahead([2000, 9000, 10_000], [3000, 10_500, 11_000]).likely).toBe(-7750);
});

it('is told by what it began between the word and its answer, even if it was asked again', () => {
  const clock = new TargetClock(0);
  clock.asked('a', 1000);
  clock.answered('a', 1400);
  clock.began('a', 4300, 9000);
  expect(clock.ahead).toEqual({ least: 2900, most: 3300, likely: 3100 });
  clock.asked('b', 1000);
  clock.asked('b', 2000);
  clock.answered('b', 2010);
  clock.began('b', 5000, 9000);
  expect(clock.ahead).toEqual({ least: 2990, most: 3300, likely: 3145 });
});

it('of what was never answered it was begun by the time at which it said so', () => {
  const clock = new TargetClock(0);
  clock.asked('a', 1000);
  clock.began('a', 6000, 9000);
  expect(clock.ahead).toEqual({ least: -3000, most: 5000, likely: 0 });
  clock.began('b', 1, 2);
  expect(clock.ahead).toEqual({ least: -3000, most: 5000, likely: 0 });
});
