/**
 * When a target could not do what was due: it was away, a fault acted on it or within it, or we
 * stood still ourselves. What is due then is owed when that is over.
 */
import type { Span, Timeline } from './timeline.ts';

export function hindrancesIn({ downs, stalls, faults }: Timeline): Span[] {
  const acting = faults.filter(({ plan: { acts } }) => acts === 'target' || acts === 'inside');
  return [...downs, ...stalls, ...acting].map(({ from, to }) => ({ from, to }));
}
