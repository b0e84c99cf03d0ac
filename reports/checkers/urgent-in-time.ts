/**
 * Under pressure what may not be passed over goes first: what devices report and answer is
 * acknowledged, and what they are told is with them, within the declared time. Where a fault acted
 * on the way of one, or it went out more than once, nothing follows from how long it took.
 */
import { pressureOf, streamOf } from '#kernel';
import { HAPPENED, type MessageView, overlaps } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, messageEvents, messageName, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

const FAULT = 'a fault acted on its way';
const AGAIN = 'it went out more than once';
const AWAY = 'its device was away';
const NEVER = 'nobody knows when it was through';

export default defineChecker({
  kind: 'urgent-in-time',
  title: 'What is urgent is through in time',
  refs: ['H3'],
  summary: 'What may not be passed over is acknowledged, or with its device, in the declared time.',
  judges: 'always',
  workflow: 'pressure',
  broken: 'fail',
  params: {},
  asks: ['connections', 'delivery'],
  applies: (plan) => pressureOf(plan) !== null,
  start: (context) => fold(context),
  harmed: (_, { end }) => [{ from: 0, to: end }],
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'urgent message')} were through in time.`
      : `${formatCount(findingCount)} of ${plural(decided, 'urgent message')} were late.`,
});

function fold({ plan, timeline, of }: LaneContext): LaneFold {
  const delivery = of('delivery');
  const connections = of('connections');
  const bound = pressureOf(plan)?.urgentMs ?? Number.POSITIVE_INFINITY;
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      delivery.each(judge);
      return book.close();
    },
  };

  function judge(message: MessageView): void {
    const { device, flags, sentAt, stream, sentCount } = message;
    const known = streamOf(plan, stream);
    if (known === undefined || known.mayShed === true || message.qos === 0) return;
    // What the target publishes of its own nobody saw leaving.
    if (known.from === 'target' || known.schedule.by === 'attempt') return;
    if ((flags & HAPPENED.sent) === 0) return;
    const isDown = known.way === 'down';
    const isThrough = flags & (isDown ? HAPPENED.received : HAPPENED.acked);
    if (isThrough === 0) return book.notOwed(NEVER);
    const to = isDown ? message.seenAt : message.ackedAt;
    const span = { from: sentAt, to: to + 1 };
    if (sentCount > 1) return book.notOwed(AGAIN);
    const isTouched = timeline
      .faultsOn(device)
      .some((fault) => fault.injected && overlaps(fault, span));
    if (isTouched) return book.notOwed(FAULT);
    const stands = connections.over(device).connections;
    if (!stands.some(({ from, to: until }) => from <= sentAt && to <= until)) {
      return book.notOwed(AWAY);
    }
    const took = ms(to - sentAt);
    if (took <= bound) return book.kept();
    book.broken(() =>
      finding(
        `${messageName(plan, message)} was through after ${took} ms; ${bound} are allowed`,
        [deviceName(plan, device)],
        sentAt,
        messageEvents(plan, message),
      ),
    );
  }
}
