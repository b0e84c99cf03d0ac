/**
 * The gate between steady and chaos: what breaks a fleet that never stood proves nothing, so a run
 * goes on only when enough devices are connected and enough of what they sent has arrived.
 */
import { connectionCount, type Plan } from '#kernel';
import type { TallySnapshot } from '../fleet/tally.ts';
import { connectedShare, percent, share } from './figures.ts';

export interface GateState {
  open: boolean;
  /** What was found and what was asked for. */
  text: string;
}

export function judgeGate(plan: Pick<Plan, 'gate' | 'devices'>, counts: TallySnapshot): GateState {
  const { gate } = plan;
  const connected = connectedShare(counts, connectionCount(plan));
  // What goes down is not the fleet's to deliver. Where nothing is known of what goes up, all that
  // was sent is all that can be asked for.
  const told = counts.acked + counts.unasked;
  const asked = told > 0 ? told : counts.sent;
  // Where what nobody watches has arrived, a store tells at the end.
  const watched = asked - counts.unwatched;
  const isUnknown = watched === 0 && counts.unwatched > 0;
  const delivered = isUnknown ? 1 : share(counts.observed, watched);
  return {
    open: connected >= gate.connectedShare && delivered >= gate.deliveredShare,
    text: [
      `connected ${percent(connected)} of ${percent(gate.connectedShare)}`,
      `delivered ${percent(delivered)} of ${percent(gate.deliveredShare)}`,
    ].join(', '),
  };
}
