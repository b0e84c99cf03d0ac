/**
 * M3: at QoS 1 a message may come more than once, but never without a cause: its publisher sent it
 * again, the subscriber came back before it had acknowledged, or the target was restarted.
 */
import type { LedgerEntryOf } from '#kernel';
import { type MessageView, type Oracles, overlaps, type Span } from '#oracles';
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

/** Acknowledgements of a subscriber travel a moment: it may be given again what it had just got. */
const ACK_UNDER_WAY_US = 1_000_000;

export default defineChecker({
  kind: 'duplicates-explained',
  title: 'Every duplicate has a cause',
  refs: ['M3'],
  summary: 'Extra deliveries at QoS 1 follow a resend, a reconnect or a restart.',
  judges: 'always',
  broken: 'fail',
  params: {},
  asks: ['connections', 'delivery'],
  applies: (plan) => someMessageAt(plan, (qos) => qos === 1),
  start: (context) =>
    duplicateFold({
      ...context,
      delivery: context.of('delivery'),
      connections: context.of('connections'),
    }),
  say: ({ decided, findingCount, figures }) =>
    findingCount === 0
      ? `${plural(figures.extra ?? 0, 'duplicate')} among ${formatCount(decided)} messages at QoS 1, each with a cause.`
      : `${plural(findingCount, 'duplicate')} of ${formatCount(figures.extra ?? 0)} without any cause.`,
});

type Lane = LaneContext & Pick<Oracles, 'connections' | 'delivery'>;
type Arrival = LedgerEntryOf<'observed' | 'received'>;

function duplicateFold(context: Lane): LaneFold {
  const { timeline, plan, delivery } = context;
  const book = new EvidenceBook();
  /** A message that keeps coming back is one finding, not one for each return. */
  const told = new Set<string>();
  const extra = (entry: Arrival): void => {
    const message = delivery.find(entry.device, entry.stream, entry.n);
    if (message === null) return;
    book.figure('extra');
    const { seenCount } = delivery.news;
    const span = { from: message.sentAt, to: entry.t };
    if (seenCount <= allowedDeliveries(context, message, entry)) return;
    const name = `${entry.device}/${entry.stream}/${entry.n}`;
    if (told.has(name)) return;
    told.add(name);
    if (timeline.stalls.some((stall) => overlaps(stall, span))) {
      book.doubt('a process of ours stood still meanwhile');
      return;
    }
    book.also(() =>
      finding(
        `${messageName(plan, message)}, delivered again at ${inSeconds(entry.t)} without a cause`,
        [deviceName(plan, entry.device)],
        entry.t,
        [
          ...messageEvents(plan, message),
          {
            t: ms(entry.t),
            who: seerOf(plan, entry),
            what: `got it again (delivery ${seenCount})`,
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
      if (delivery.qosOf(entry.device, entry.stream) !== 1) return;
      if (kind === 'first-seen') book.kept();
      else extra(entry);
    },
    end: () => book.close(),
  };
}

/** One per sending, one more per return of the subscriber and per restart of the target since. */
function allowedDeliveries(context: Lane, message: MessageView, entry: Arrival): number {
  const { plan, timeline, connections } = context;
  const span: Span = { from: message.sentAt - ACK_UNDER_WAY_US, to: entry.t };
  const restarts = timeline.downs.filter((down) => overlaps(down, span)).length;
  const lane = plan.devices[entry.device]?.lane ?? -1;
  const returns =
    entry.op === 'received'
      ? connections.over(entry.device).connections.filter((one) => isWithin(one.from, span)).length
      : timeline.gapsOf(lane).filter((gap) => isWithin(gap.to, span)).length;
  return message.sentCount + returns + restarts;
}

const isWithin = (t: number, span: Span): boolean => t >= span.from && t <= span.to;
