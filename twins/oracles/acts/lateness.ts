/**
 * By how much a decision is later than its alarm. The two stand in one transaction, so that
 * nothing lies between them but what a target takes to write them down.
 */
import type { ActPlan } from '#kernel';
import { type Hindered, overdueBy } from '../hindrances.ts';
import type { RuleStory } from '../rules/story.ts';
import { SLACK_MS } from '../slack.ts';
import type { Span } from '../timeline.ts';

/**
 * `span`: from when the alarm was raised at the latest, or had to be over, up to when it was
 * decided at the soonest; milliseconds of the run. 0 where it was in time.
 */
export function tookLong(
  span: Span,
  { rule }: Pick<RuleStory, 'rule'>,
  { on }: ActPlan,
  hindered: Hindered,
): number {
  // When it was cleared nobody says; to that a rule may take as long as to raise it.
  const within = SLACK_MS + (on === 'raised' ? 0 : rule.deadlineMs);
  return Math.max(0, Math.round(overdueBy(span, within, hindered)));
}
