/**
 * M2: QoS 2 is delivered exactly once and QoS 0 at most once. QoS 1 may come more often, with a
 * cause: that is duplicates-explained's to judge.
 */
import type { LedgerEntryOf } from '#kernel';
import { HAPPENED, isTargetDown, subscriptionAt } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { someMessageAt } from '../judging/planned.ts';
import {
  deviceName,
  finding,
  inSeconds,
  messageEvents,
  messageName,
  ms,
  seerOf,
} from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'exactly-once',
  title: 'Nothing is delivered twice at QoS 0 or 2',
  refs: ['M2'],
  summary: 'QoS 2 arrives at most once per sending, QoS 0 at most once.',
  judges: 'always',
  broken: 'fail',
  params: {},
  asks: ['connections', 'delivery'],
  applies: (plan) => someMessageAt(plan, (qos) => qos !== 1),
  start: (context) => onceFold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `None of ${plural(decided, 'message')} at QoS 0 or 2 came twice.`
      : `${plural(findingCount, 'duplicate')} among ${formatCount(decided)} messages at QoS 0 or 2.`,
});

type Arrival = LedgerEntryOf<'observed' | 'received'>;

function onceFold({ plan, timeline, of }: LaneContext): LaneFold {
  const delivery = of('delivery');
  const connections = of('connections');
  const book = new EvidenceBook();
  /** The QoS at which whoever got it had subscribed. */
  const grantedTo = ({ op, device }: Arrival, sentAt: number): number => {
    if (op === 'observed') return plan.observers.qos;
    const subscription = subscriptionAt(timeline, connections.over(device), sentAt);
    return subscription.kind === 'granted' ? subscription.qos : 2;
  };
  const extra = (entry: Arrival): void => {
    const message = delivery.find(entry.device, entry.stream, entry.n);
    if (message === null) return;
    const span = { from: message.sentAt, to: entry.t };
    const lane = plan.devices[entry.device]?.lane ?? -1;
    const command = entry.op === 'received';
    const sessionLost =
      !command &&
      timeline.gapsOf(lane).some((gap) => !gap.kept && gap.to > span.from && gap.to <= span.to);
    const forgot = isTargetDown(timeline, span) && !plan.target.guarantees.durableSessions;
    // No promise: what was sent as two messages may arrive as two, and over a QoS 1 subscription
    // anything may.
    const again = (message.flags & HAPPENED.sentAgain) !== 0;
    const weak = message.qos === 2 && grantedTo(entry, message.sentAt) < 2;
    if (forgot || again || weak) return;
    if (sessionLost) {
      book.doubt('the observer came back without its session');
      return;
    }
    book.also(() =>
      finding(
        `${messageName(plan, message)}, sent once at QoS ${message.qos}, was delivered again at ${inSeconds(entry.t)}`,
        [deviceName(plan, entry.device)],
        entry.t,
        [
          ...messageEvents(plan, message),
          {
            t: ms(entry.t),
            who: seerOf(plan, entry),
            what: 'got it again',
          },
        ],
      ),
    );
  };
  return {
    ops: ['observed', 'received'],
    step: (entry) => {
      if (entry.op !== 'observed' && entry.op !== 'received') return;
      const { kind } = delivery.news;
      if (kind !== 'first-seen' && kind !== 'extra' && kind !== 'passing-again') return;
      if (delivery.qosOf(entry.device, entry.stream) === 1) return;
      if (kind === 'first-seen') book.kept();
      else extra(entry);
    },
    end: () => book.close(),
  };
}
