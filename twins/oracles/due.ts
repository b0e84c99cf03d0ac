/**
 * By when a target has done what is due at a time: soon after, and whoever was away or kept from it
 * by then begins when that is over.
 */
import type { Span } from './timeline.ts';

/** A target that is asked, or that has just come back, may be about to do what is due. */
export const SLACK_MS = 2000;

/** `away`: by when it began. What began when all was to be done excuses nobody. */
export function dueBy(time: number, away: readonly Span[], withinMs: number): number {
  let due = time;
  for (const { from, to } of away) if (from <= due + withinMs && to > due) due = to;
  return due + withinMs;
}
