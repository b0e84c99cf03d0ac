/** How late an alarm was raised: whoever was away has its deadline from when it was back. */
import type { RuleStory } from './rule-checker.ts';

type Due = RuleStory['expected'][number];
type Told = RuleStory['told'][number];

/** In milliseconds: after what made it due, and after what it could first be raised at. */
export function latenessOf(
  { raised }: Told,
  { due }: Due,
  pauses: readonly { from: number; to: number }[],
): { took: number; late: number } {
  const back = pauses.filter(({ from, to }) => from < raised && to > due);
  return { took: raised - due, late: raised - Math.max(due, ...back.map(({ to }) => to)) };
}
