/**
 * How late a target may do what is due by its clock: a timer may be late, and nobody decides
 * anything while the target or we stand still, or while a fault acts on it. What hindered it later,
 * or before, is no excuse; so it is asked of each instant in which something was due.
 */
import type { FaultPlan } from '#kernel';
import { overlaps, type Span, type Timeline } from '../timeline.ts';
import { TIMER_MS } from './campaign.ts';

export type Stood = Pick<Timeline, 'downs' | 'stalls' | 'faults'>;

const TIMER_US = TIMER_MS * 1000;

export const isOnTarget = ({ acts }: Pick<FaultPlan, 'acts'>): boolean =>
  acts === 'target' || acts === 'inside' || acts === 'behind';

const hindering = ({ downs, stalls, faults }: Stood): Span[] => [
  ...downs,
  ...stalls,
  ...faults.filter(({ plan }) => isOnTarget(plan)),
];

/** What was due then has been done by this time, in microseconds. */
export function hinderedUntil(due: number, stood: Stood): number {
  let until = due + TIMER_US;
  for (const span of hindering(stood).sort((a, b) => a.from - b.from)) {
    // What begins before the timer has had its time hinders it as well.
    if (overlaps(span, { from: due, to: until })) until = Math.max(until, span.to + TIMER_US);
  }
  return until;
}

/**
 * Whether what was due may have come so much later. `due`: no sooner and no later than that, as far
 * as the clock of the target is known.
 */
export function mayWait(due: Span, forUs: number, stood: Stood): boolean {
  // It comes soonest after what hinders it where it was due just in time for that.
  const begun = hindering(stood).map(({ from }) => from - TIMER_US + 1);
  const times = [due.from, ...begun.filter((t) => t > due.from && t <= due.to)];
  return times.some((t) => t + forUs <= hinderedUntil(t, stood));
}
