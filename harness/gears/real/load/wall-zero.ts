/**
 * The run's instant zero by the wall clock, to a few microseconds: the clock is read as it turns a
 * millisecond.
 */
import type { Clock } from '#kernel';

export function wallZero(clock: Pick<Clock, 'now'>): number {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  return now - clock.now();
}
