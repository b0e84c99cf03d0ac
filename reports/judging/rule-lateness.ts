/** How late an alarm was raised: what hindered its target does not count. */
import { byClock, type Hindered, overdueBy } from '#oracles';
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
