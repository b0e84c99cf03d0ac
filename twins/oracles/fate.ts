/**
 * The class in which a message comes to rest: delivered, lost, refused, not-sent or info. Every
 * intended message is in exactly one of them; timeouts and doubts are info, never a loss.
 */
import { isDeclared, type Plan, streamOf } from '#kernel';
import type { ConnectionOracle } from './connections.ts';
import { HAPPENED } from './message-table.ts';
import type { MessageView } from './message-view.ts';
import { standingOf } from './standing.ts';
import type { Timeline } from './timeline.ts';

/** Before the reason of a message that was not sent, where neither plan nor harness declares it. */
export const UNDECLARED = 'not sent, for a reason that nobody declares: ';

const SHED = 'the target says that it passed it over';

/** Fills in fate, why and standing; `reason` is the one of its `not-sent` entry. */
export function decideFate(
  view: MessageView,
  reason: string,
  around: { plan: Plan; timeline: Timeline; connections: ConnectionOracle },
): void {
  const { flags } = view;
  const owing = view.qos > 0 && (flags & HAPPENED.acked) !== 0;
  view.why = '';
  view.standing = 'none';
  if (flags & arrivalOf(around.plan, view.stream)) {
    view.fate = 'delivered';
    if (owing) view.standing = 'owed';
  } else if (owing && flags & HAPPENED.refused && mayShed(around.plan, view.stream)) {
    // It says so of this very message, and who may judges whether it may.
    view.fate = 'refused';
    view.standing = 'not-owed';
    view.why = SHED;
  } else if (owing) {
    const standing = standingOf(view, around);
    view.standing = standing.kind;
    view.fate = standing.kind === 'owed' ? 'lost' : 'info';
    view.why = standing.why;
  } else if (flags & HAPPENED.refused) {
    view.fate = 'refused';
  } else if (flags & HAPPENED.sent) {
    view.fate = 'info';
    view.why = whyInfo(view);
  } else if (flags & HAPPENED.notSent) {
    const isExcuse = isDeclared(streamOf(around.plan, view.stream), reason);
    view.fate = isExcuse ? 'not-sent' : 'info';
    view.why = isExcuse ? reason : `${UNDECLARED}${reason}`;
  } else if (flags & HAPPENED.abandoned) {
    view.fate = 'info';
    view.why = 'abandoned';
  } else if (view.intended >= around.timeline.samplingEnd) {
    view.fate = 'not-sent';
    view.why = 'run-ended';
  } else {
    view.fate = 'info';
    view.why = 'unaccounted';
  }
}

/** Of which the target may say that it acknowledged one and did not keep it. */
const mayShed = (plan: Plan, stream: number): boolean => streamOf(plan, stream)?.mayShed === true;

/** What it takes for a message of this stream to count as delivered. */
function arrivalOf(plan: Plan, stream: number): number {
  return ARRIVED[streamOf(plan, stream)?.arrives ?? 'observer'];
}

const ARRIVED = {
  store: HAPPENED.stored,
  observer: HAPPENED.observed,
  device: HAPPENED.received,
} as const;

function whyInfo(view: MessageView): string {
  if (view.qos === 0) return 'qos 0';
  return view.flags & HAPPENED.abandoned ? 'abandoned' : 'unacknowledged';
}
