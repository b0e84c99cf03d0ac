/**
 * M5: of one device, on one stream and over one connection, first deliveries follow the order of
 * sending. What was sent again after a reconnect may come late; that is not an inversion but a
 * repair.
 */
import { FLAG, heldTo, isWatched, type LedgerEntryOf, STREAMS_MAX, streamOf } from '#kernel';
import {
  type DeviceLife,
  HAPPENED,
  isTargetDown,
  type Oracles,
  overlaps,
  type Span,
} from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { isTampered } from '../judging/tampered-with.ts';
import {
  deviceName,
  finding,
  inSeconds,
  messageNoun,
  ms,
  receiverOf,
  senderOf,
} from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

const SENT_OTHERWISE = HAPPENED.resent | HAPPENED.sentAgain | HAPPENED.sentLate;

export default defineChecker({
  kind: 'in-order',
  title: 'Messages arrive in order',
  refs: ['M5'],
  summary: 'First deliveries follow the order of sending, per device, stream and connection.',
  judges: 'always',
  broken: 'fail',
  params: {},
  asks: ['connections', 'delivery'],
  applies: (plan) =>
    plan.target.guarantees.ordered && plan.devices.some((_, device) => isWatched(plan, device)),
  start: (context) =>
    orderFold({
      ...context,
      delivery: context.of('delivery'),
      connections: context.of('connections'),
    }),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${formatCount(decided)} first deliveries came in the order of sending.`
      : `${plural(findingCount, 'inversion')} among ${formatCount(decided)} first deliveries.`,
});

type Lane = LaneContext & Pick<Oracles, 'connections' | 'delivery'>;
type Arrival = LedgerEntryOf<'observed' | 'received'>;

function orderFold(context: Lane): LaneFold {
  const { plan, delivery } = context;
  const book = new EvidenceBook();
  /** The one that is out of place, by device and stream: it is told once, however many it overtook. */
  const told = new Map<number, number>();
  const inverted = (entry: Arrival, later: number): void => {
    const doubt = judgeInversion(context, entry, later);
    const key = entry.device * STREAMS_MAX + entry.stream;
    if (doubt === 'explained') book.kept();
    else if (delivery.news.overtakenByOne && told.get(key) === later) book.kept();
    else if (doubt === 'undecided') book.doubt('the observer was away meanwhile');
    else {
      told.set(key, later);
      const device = deviceName(plan, entry.device);
      const [sender, receiver] = [senderOf(plan, entry), receiverOf(plan, entry)];
      const mine = messageNoun(plan, entry.stream, entry.n);
      const other = messageNoun(plan, entry.stream, later);
      const sentAt = (n: number): number => delivery.sentAtOf(entry.device, entry.stream, n);
      const seenAt = delivery.find(entry.device, entry.stream, later)?.seenAt ?? entry.t;
      book.broken(() =>
        finding(
          `${device}, ${mine}, sent before ${other}, arrived after it at ${inSeconds(entry.t)}`,
          [device],
          entry.t,
          [
            { t: ms(sentAt(entry.n)), who: sender, what: `sent ${mine}` },
            { t: ms(sentAt(later)), who: sender, what: `sent ${other}` },
            { t: ms(seenAt), who: receiver, what: `got ${other}` },
            { t: ms(entry.t), who: receiver, what: `got ${mine}` },
          ],
        ),
      );
    }
  };
  return {
    ops: ['observed', 'received'],
    step: (entry) => {
      if (entry.op !== 'observed' && entry.op !== 'received') return;
      const { kind, overtakenBy } = delivery.news;
      // A retained value handed over on subscribing has no place in the order, and that in which
      // the target sent its own nobody knows.
      if (kind !== 'first-seen' || entry.flags & FLAG.retain) return;
      if (streamOf(plan, entry.stream)?.from === 'target') return;
      if (overtakenBy < 0) book.kept();
      else inverted(entry, overtakenBy);
    },
    end: () => book.close(),
  };
}

/**
 * Whether the order holds although the receiver was away: it has been there since the sending, or it left before, so
 * that the message waited in its queue ahead of all later ones. What was under way when a connection broke may come
 * late.
 */
function holdsFor({ connections }: DeviceLife, span: Span): boolean {
  const at = connections.findLastIndex((one) => one.from <= span.to);
  const now = connections[at];
  if (now === undefined) return false;
  const before = connections[at - 1];
  return now.from < span.from || (before !== undefined && before.to <= span.from);
}

/**
 * Whether it may have come again: the receiver returned after the sending, and the target's own
 * word for when that is over has not passed. That a device was away is no proof that it waited in
 * a queue: the target may not have known yet.
 */
function mayHaveComeAgain({ connections }: DeviceLife, span: Span, withinMs: number): boolean {
  const now = connections.findLast((one) => one.from <= span.to);
  return now !== undefined && now.from >= span.from && span.to <= now.from + withinMs * 1000;
}

function judgeInversion(
  context: Lane,
  entry: Arrival,
  later: number,
): 'explained' | 'undecided' | 'broken' {
  const { plan, timeline, delivery, connections } = context;
  const { device, stream, n, t } = entry;
  const flagsOf = (number: number): number => delivery.find(device, stream, number)?.flags ?? 0;
  if ((flagsOf(n) | flagsOf(later)) & SENT_OTHERWISE) return 'explained';
  const span: Span = { from: delivery.sentAtOf(device, stream, n), to: t };
  if (isTargetDown(timeline, span) || isTampered(context, entry, span, 'reorders')) {
    return 'explained';
  }
  if (entry.op === 'received') {
    const life = connections.over(device);
    if (mayHaveComeAgain(life, span, heldTo(plan).redeliversWithinMs)) return 'explained';
    return holdsFor(life, span) ? 'broken' : 'explained';
  }
  const connectionOf = (number: number): number => delivery.connectionOf(device, stream, number);
  if (connectionOf(n) !== connectionOf(later)) return 'explained';
  const lane = plan.devices[device]?.lane ?? -1;
  return timeline.gapsOf(lane).some((gap) => overlaps(gap, span)) ? 'undecided' : 'broken';
}
