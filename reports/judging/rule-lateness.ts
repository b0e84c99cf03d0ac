/** How late an alarm was raised: what hindered its target does not count. */
import { byClock, type Hindered, overdueBy, slackOf } from '#oracles';
import type { RuleStory } from './rule-story.ts';

type Due = RuleStory['expected'][number];
type Told = RuleStory['told'][number];

/** What hindered it, by the clock that its rules go by. */
export const byItsClock = (inRun: Hindered, { ahead }: Pick<RuleStory, 'ahead'>): Hindered =>
  byClock(
    inRun,
    (t) => t + ahead.least,
    (t) => t + ahead.most,
  );

/** In milliseconds: after what made it due, and after its deadline; more than 0 is too late. */
export function latenessOf(
  { raised }: Told,
  { due }: Due,
  deadlineMs: number,
  hindered: Hindered,
): { took: number; over: number } {
  const over = overdueBy({ from: due, to: raised }, deadlineMs, hindered);
  return { took: Math.round(raised - due), over: Math.ceil(over) };
}

/**
 * It, or its end, may still have been to come when the target was asked: its time was not over, and
 * what hindered it does not count.
 */
export function asItWas({ rule, askedAt: to }: RuleStory, due: Due, hindered: Hindered): Due {
  const isToCome = (from: number | null): boolean =>
    from !== null && overdueBy({ from, to }, slackOf(rule.deadlineMs), hindered) <= 0;
  const isOpen = due.isOpen || isToCome(due.due);
  return { ...due, isOpen, isEndOpen: due.isEndOpen || isToCome(due.overAt) };
}
