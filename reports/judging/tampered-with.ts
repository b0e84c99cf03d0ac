/**
 * Whether a fault could do to one message what plain TCP never does: lose it, say it twice, or let
 * it be overtaken, on a connection that stays. Checkers ask this of a message's own link and way.
 */
import { type LedgerEntryOf, streamOf } from '#kernel';
import { overlaps, type Span } from '#oracles';
import type { LaneContext } from '../checker.ts';
import type { MessageDeeds } from '../link.ts';

type Context = Pick<LaneContext, 'linkOf' | 'plan' | 'timeline'>;
type Arrival = Pick<LedgerEntryOf<'observed' | 'received'>, 'op' | 'device' | 'stream'>;

/** By which way over its device's link a message came; null where observers saw it without. */
function wayOf({ plan }: Context, { op, stream }: Arrival): 'up' | 'down' | null {
  if (op === 'received') return 'down';
  return streamOf(plan, stream)?.way === 'down' ? null : 'up';
}

export function isTampered(
  context: Context,
  arrival: Arrival,
  span: Span,
  deed: keyof MessageDeeds,
): boolean {
  const way = wayOf(context, arrival);
  if (way === null) return false;
  const { linkOf, timeline } = context;
  // In virtual time a message may go through in the very instant in which a fault begins or ends.
  const around = { from: span.from - 1, to: span.to + 1 };
  return timeline
    .faultsOn(arrival.device)
    .some(
      (fault) =>
        fault.injected && overlaps(fault, around) && linkOf(fault.plan).messages[way][deed],
    );
}
