/**
 * M1: what the target acknowledged at QoS 1 or 2 and owes must be there at the end: in its store
 * where it keeps one, seen by an observer where it does not, in the device's hands for a command,
 * also when it had to wait in the session of an absent device (M6).
 */
import { streamOf } from '#kernel';
import type { ConnectionOracle, MessageView } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { someMessageAt } from '../judging/planned.ts';
import {
  deviceName,
  finding,
  goesDown,
  inSeconds,
  messageEvents,
  messageName,
  ms,
} from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'no-acked-loss',
  title: 'Nothing acknowledged is lost',
  refs: ['M1', 'M6'],
  summary: 'Every message acknowledged at QoS 1 or 2, and owed, is there at the end.',
  judges: 'always',
  broken: 'fail',
  params: {},
  asks: ['connections', 'delivery'],
  applies: (plan) => someMessageAt(plan, (qos) => qos > 0),
  start: (context) => lossFold(context),
  say: ({ findingCount, decided, figures }) => {
    const all = formatCount(decided);
    return findingCount === 0
      ? `All ${all} acknowledged messages that are owed arrived${waiting(figures)}.`
      : `${plural(findingCount, 'acknowledged message')} of ${all} never arrived.`;
  },
});

function lossFold({ plan, timeline, of }: LaneContext): LaneFold {
  const delivery = of('delivery');
  const connections = of('connections');
  const book = new EvidenceBook();
  const judge = (message: MessageView): void => {
    if (message.standing === 'none') return;
    if (message.standing === 'not-owed') return book.notOwed(message.why);
    if (message.standing === 'undecided') return book.doubt(message.why);
    const waited = goesDown(plan, message) && wasAway(connections, message);
    if (waited) book.figure(WAITED);
    if (message.fate === 'delivered') return book.kept();
    book.broken(() => {
      const never = NEVER[streamOf(plan, message.stream)?.arrives ?? 'observer'];
      const when = `${inSeconds(message.ackedAt)}${waited ? ' while the device was away' : ''}`;
      return finding(
        `${messageName(plan, message)}, acknowledged at ${when}, ${never}`,
        [deviceName(plan, message.device)],
        message.ackedAt,
        [
          ...messageEvents(plan, message),
          { t: ms(timeline.end), who: 'target', what: `at the end: ${never}` },
        ],
      );
    });
  };
  return {
    ops: [],
    end: () => {
      delivery.each(judge);
      return book.close();
    },
  };
}

/** What did not happen to a message that was to arrive there. */
const NEVER = {
  store: 'never stored',
  observer: 'never delivered',
  device: 'never received',
} as const;

/** Of the messages that are owed: commands that came while their device was away. */
const WAITED = 'queued for an absent device';

function waiting(figures: Readonly<Record<string, number>>): string {
  const count = figures[WAITED] ?? 0;
  return count === 0 ? '' : `, ${formatCount(count)} of them ${WAITED}`;
}

/** No connection of the device stood from when it was sent until it was acknowledged. */
const wasAway = (connections: ConnectionOracle, { device, sentAt, ackedAt }: MessageView) =>
  !connections.over(device).connections.some(({ from, to }) => from <= sentAt && to >= ackedAt);
