/**
 * The latency objective: percentiles from the intended time to the observer, so a sender that was
 * held up cannot hide it. What was sent in the window and never seen has no latency; too many of
 * those, and nothing is decided.
 */
import { type LedgerEntry, type ParamValues, streamOf } from '#kernel';
import { HAPPENED } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { bucketOf } from '../judging/histogram.ts';
import { exceeding, isLimited, LIMIT_PARAMS, sayLimits } from '../judging/limits.ts';
import { covers, measuredOver } from '../judging/measured.ts';

export default defineChecker({
  kind: 'latency',
  title: 'Latency stays within its limits',
  refs: [],
  summary: 'Percentiles from the intended time to the observer, over a phase or a fault.',
  judges: 'expected',
  broken: 'fail',
  params: {
    ...LIMIT_PARAMS,
    during: {
      kind: 'text',
      about: 'A phase, a fault (then only its targets count), or `all`.',
      names: 'phase-or-fault',
      default: 'steady',
    },
  },
  asks: ['delivery'],
  applies: (plan, params) => plan.devices.length > 0 && isLimited(params),
  start: (context) => latencyFold(context),
  conclude: (merged, { timeline, params }) =>
    exceeding(merged, { timeline, params, during: duringOf(params), who: 'observer' }),
  harmed: (_plan, timeline, params) => {
    const window = measuredOver(duringOf(params), timeline);
    return window === null ? [] : [window];
  },
  label: (params) => duringOf(params),
  say: (evidence) => sayLimits(evidence),
});

const duringOf = (params: ParamValues): string => String(params.during ?? 'steady');

function latencyFold({ plan, timeline, devices, of, params }: LaneContext): LaneFold {
  const delivery = of('delivery');
  const book = new EvidenceBook();
  const window = measuredOver(duringOf(params), timeline);
  const isMeasured = ({ stream }: { stream: number }): boolean =>
    streamOf(plan, stream)?.measured === true;
  const counts = (device: number, intended: number): boolean =>
    window !== null && covers(window, timeline, device, intended);
  return {
    ops: ['observed'],
    step: (entry: LedgerEntry) => {
      const { kind, intended } = delivery.news;
      if (entry.op !== 'observed' || kind !== 'first-seen' || !isMeasured(entry)) return;
      if (!counts(entry.device, intended)) return;
      book.kept();
      book.figure(`us/${bucketOf(Math.max(0, Math.round(entry.t - intended)))}`);
    },
    end: () => {
      if (window === null || plan.devices.length === 0 || devices.length === 0) return book.close();
      delivery.each((message) => {
        if (!isMeasured(message) || message.flags & HAPPENED.observed) return;
        // What a full buffer threw away waited longest of all.
        const isHidden = message.why === 'buffer-overflow' || message.why === 'still-buffered';
        const sent = (message.flags & HAPPENED.sent) !== 0;
        if ((sent || isHidden) && counts(message.device, message.intended))
          book.doubt('never seen by an observer');
      });
      return book.close();
    },
  };
}
