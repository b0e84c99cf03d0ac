/**
 * M2: QoS 2 is delivered exactly once and QoS 0 at most once. QoS 1 may come more often, with a
 * cause: that is duplicates-explained's to judge. A target that takes a QoS 2 message for one of
 * QoS 1, on its way in or out, has left the promise before anything could come twice. Where
 * nobody sees what comes in, it is the store that must not hold a message twice.
 */
import type { LedgerEntryOf } from '#kernel';
import { HAPPENED, isTargetDown, type MessageView, overlaps, subscriptionAt } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { someMessageAt } from '../judging/planned.ts';
import { lowered, wrongAnswer } from '../judging/qos-2.ts';
import { storedFold } from '../judging/stored-again.ts';
import { isTampered } from '../judging/tampered-with.ts';
import {
  deviceName,
  finding,
  inSeconds,
  messageEvents,
  messageName,
  ms,
  seerOf,
} from '../judging/witness.ts';
import type { Finding } from '../result.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'exactly-once',
  title: 'Nothing is delivered twice at QoS 0 or 2',
  refs: ['M2'],
  summary: 'QoS 2 arrives at most once per sending and stays QoS 2, QoS 0 arrives at most once.',
  judges: 'always',
  broken: 'fail',
  params: {},
  asks: ['connections', 'delivery'],
  applies: (plan) => someMessageAt(plan, (qos) => qos !== 1),
  start: (context) => onceFold(context),
  say: ({ decided, figures, findingCount }) =>
    findingCount === 0
      ? `None of ${plural(decided, 'message')} at QoS 0 or 2 came twice.`
      : `${found(findingCount, figures[TAKEN] ?? 0)} among ${formatCount(decided)} messages at QoS 0 or 2.`,
});

type Arrival = LedgerEntryOf<'observed' | 'received'>;

/** Of QoS 2 messages: those that the target took for others. */
const TAKEN = 'taken for another QoS';

function found(findings: number, taken: number): string {
  const duplicates = plural(findings - taken, 'duplicate');
  if (taken === 0) return duplicates;
  return `${plural(taken, 'message')} at QoS 2 taken for another, ${duplicates}`;
}

function onceFold(context: LaneContext): LaneFold {
  const { plan, of } = context;
  const delivery = of('delivery');
  const book = new EvidenceBook();
  const extra = (entry: Arrival): void => {
    const message = delivery.find(entry.device, entry.stream, entry.n);
    if (message === null) return;
    const ruling = excuseOf(context, entry, message);
    if (ruling === 'unpromised') return;
    if (ruling === 'undecided') {
      book.doubt('the observer came back without its session');
      return;
    }
    const sendings = sendingsOf(message);
    const times = sendings === 1 ? 'once' : `${sendings} times`;
    const forgot = isKnown(message) ? ' to a target that forgot who had sent it' : '';
    const sent = `sent ${times} at QoS ${message.qos}${forgot}`;
    book.also(() =>
      finding(
        `${messageName(plan, message)}, ${sent}, was delivered again at ${inSeconds(entry.t)}`,
        [deviceName(plan, entry.device)],
        entry.t,
        [
          ...messageEvents(plan, message),
          { t: ms(entry.t), who: seerOf(plan, entry), what: 'got it again' },
        ],
      ),
    );
  };
  const stored = storedFold(context, book, {
    judges: (qos) => qos !== 1,
    most: (message) => (mayForget(context, message) ? null : sendingsOf(message)),
  });
  const taken = (wrong: Finding): void => {
    book.figure(TAKEN);
    book.broken(() => wrong);
  };
  return {
    ops: ['observed', 'received', 'stored', 'offline', 'abandoned'],
    step: (entry) => {
      if (entry.op === 'stored') return stored(entry);
      if (entry.op === 'offline' || entry.op === 'abandoned') {
        const wrong = wrongAnswer(plan, entry);
        return wrong === null ? undefined : taken(wrong);
      }
      if (entry.op !== 'observed' && entry.op !== 'received') return;
      const { kind } = delivery.news;
      if (kind !== 'first-seen' && kind !== 'extra' && kind !== 'passing-again') return;
      if (delivery.qosOf(entry.device, entry.stream) === 1) return;
      if (kind !== 'first-seen') return extra(entry);
      const wrong = entry.op === 'received' ? lowered(context, entry) : null;
      if (wrong === null) book.kept();
      else taken(wrong);
    },
    end: () => book.close(),
  };
}

/** A platform that does not promise its store may have forgotten what it knew of a message. */
function mayForget({ plan, timeline }: LaneContext, { sentAt }: MessageView): boolean {
  if (plan.target.guarantees.durableTelemetry) return false;
  const span = { from: sentAt, to: timeline.end };
  const isGone = timeline.faults.some(
    (fault) => fault.injected && fault.plan.acts === 'behind' && overlaps(fault, span),
  );
  return isGone || isTargetDown(timeline, span);
}

/**
 * No promise: what was sent as two messages may arrive as two, and no more often; a target that was
 * down may not have promised to remember, and over a QoS 1 subscription anything may come again.
 */
function excuseOf(
  context: LaneContext,
  entry: Arrival,
  message: MessageView,
): 'unpromised' | 'undecided' | 'none' {
  const { plan, timeline, of } = context;
  const span = { from: message.sentAt, to: entry.t };
  const forgot = isTargetDown(timeline, span) && !plan.target.guarantees.durableSessions;
  const weak = message.qos === 2 && grantedTo(context, entry, message.sentAt) < 2;
  const each = of('delivery').news.seenCount <= sendingsOf(message) && !isKnown(message);
  if (forgot || each || weak || isSaidTwice(context, entry, message)) return 'unpromised';
  const lane = plan.devices[entry.device]?.lane ?? -1;
  const lostSession =
    entry.op === 'observed' &&
    timeline.gapsOf(lane).some((gap) => !gap.kept && gap.to > span.from && gap.to <= span.to);
  return lostSession ? 'undecided' : 'none';
}

/** Two packets of QoS 0 are two messages; of QoS 2 they are one, by their packet id. */
function isSaidTwice(context: LaneContext, entry: Arrival, message: MessageView): boolean {
  const { seenCount } = context.of('delivery').news;
  if (message.qos !== 0 || seenCount > 2 * sendingsOf(message)) return false;
  return isTampered(context, entry, { from: message.sentAt, to: entry.t }, 'repeats');
}

/**
 * A target that has handed a message on had it, and has to know it again until both are done with
 * it: one that lets it be sent anew has forgotten the session of whoever sent it.
 */
const isKnown = ({ flags, qos }: MessageView): boolean =>
  qos === 2 && (flags & HAPPENED.sentThoughSeen) !== 0;

/**
 * How often it was sent as a message of its own: also to a target that had forgotten its sender's
 * session, and could not know it again. What the target itself says, it says once each time that it
 * is asked.
 */
function sendingsOf({ flags, sentCount }: MessageView): number {
  if ((flags & HAPPENED.sent) === 0) return sentCount;
  if ((flags & HAPPENED.sentAgain) === 0) return 1;
  return flags & HAPPENED.resent ? sentCount - 1 : sentCount;
}

/** The QoS at which whoever got it had subscribed. */
function grantedTo({ plan, timeline, of }: LaneContext, entry: Arrival, sentAt: number): number {
  if (entry.op === 'observed') return plan.observers.qos;
  const life = of('connections').over(entry.device);
  const subscription = subscriptionAt(timeline, life, sentAt);
  return subscription.kind === 'granted' ? subscription.qos : 2;
}
