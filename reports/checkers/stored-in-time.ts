/**
 * How long messages take until they are in the store of somebody's platform, by the time that each
 * row says it came in. It is that store's clock and ours that are compared: of a store on another
 * machine the difference of both is in it. A row that came in long before it was due says that the
 * store's clock is behind, and then nothing of how long it took.
 */
import { type LedgerEntry, type ParamValues, streamOf } from '#kernel';
import { HAPPENED } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { bucketOf } from '../judging/histogram.ts';
import { exceeding, isLimited, LIMIT_PARAMS, sayLimits } from '../judging/limits.ts';
import { covers, measuredOver } from '../judging/measured.ts';

/** Clocks that are kept in step are no further apart. */
const APART_US = 1_000_000;

export default defineChecker({
  kind: 'stored-in-time',
  title: 'The store gets it in time',
  refs: [],
  summary: "Percentiles from the intended time until a row is in the platform's own store.",
  judges: 'expected',
  broken: 'fail',
  params: {
    ...LIMIT_PARAMS,
    during: {
      kind: 'text',
      about: 'A phase, a fault, or `all`.',
      names: 'phase-or-fault',
      default: 'all',
    },
  },
  asks: ['delivery'],
  applies: ({ devices, target }, params) =>
    devices.length > 0 && target.store !== undefined && isLimited(params),
  start: (context) => storeFold(context),
  conclude: (merged, { timeline, params }) =>
    exceeding(merged, { timeline, params, during: duringOf(params), who: 'store' }),
  harmed: (_plan, timeline, params) => {
    const window = measuredOver(duringOf(params), timeline);
    return window === null ? [] : [window];
  },
  label: (params) => duringOf(params),
  say: (evidence) => sayLimits(evidence),
});

const duringOf = (params: ParamValues): string => String(params.during ?? 'all');

function storeFold({ plan, timeline, devices, of, params }: LaneContext): LaneFold {
  const delivery = of('delivery');
  const book = new EvidenceBook();
  const window = measuredOver(duringOf(params), timeline);
  const timed = new Set<string>();
  const counts = (device: number, intended: number): boolean =>
    window !== null && covers(window, timeline, device, intended);
  return {
    ops: ['stored-at'],
    step: (entry: LedgerEntry) => {
      if (entry.op !== 'stored-at') return;
      const { device, stream, n, came } = entry;
      const name = `${device}/${stream}/${n}`;
      const message = delivery.find(device, stream, n);
      if (message === null || !(message.flags & HAPPENED.sent) || timed.has(name)) return;
      timed.add(name);
      if (!counts(device, message.intended)) return;
      const tookUs = Math.round(came - message.intended);
      if (tookUs < -APART_US) return book.doubt("the store's clock is behind ours");
      book.kept();
      book.figure(`us/${bucketOf(Math.max(0, tookUs))}`);
    },
    end: () => {
      const isKept = plan.target.store !== undefined && devices.length > 0;
      if (window === null || !isKept) return book.close();
      delivery.each(({ device, flags, intended, n, standing, stream, why }) => {
        if (streamOf(plan, stream)?.arrives !== 'store') return;
        if (timed.has(`${device}/${stream}/${n}`) || !counts(device, intended)) return;
        if (standing === 'not-owed') return book.notOwed(why);
        // What a full buffer threw away waited longest of all.
        const isHidden = why === 'buffer-overflow' || why === 'still-buffered';
        if ((flags & HAPPENED.sent) !== 0 || isHidden) book.doubt('no row says when it came in');
      });
      return book.close();
    },
  };
}
