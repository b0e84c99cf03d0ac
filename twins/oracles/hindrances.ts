/**
 * When a target could not do what was due: it was away, a fault kept it from that, or we stood
 * still ourselves. What is due then is owed when that is over.
 */
import type { Span, Timeline } from './timeline.ts';

export function hindrancesIn({ downs, stalls, faults }: Timeline): Span[] {
  const acting = faults.filter(({ injected, plan: { acts, inside = {} } }) => {
    const { still, full, commitMs, writeMs } = inside;
    const isHindered = [still, full, commitMs, writeMs].some((one) => one !== undefined);
    return injected && (acts === 'target' || isHindered);
  });
  return [...downs, ...stalls, ...acting].map(({ from, to }) => ({ from, to }));
}
