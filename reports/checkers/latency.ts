/**
 * The latency objective: percentiles from the intended time to the observer, so a sender that was
 * held up cannot hide it. What was sent in the window and never seen has no latency; too many of
 * those, and nothing is decided.
 */
import { type LedgerEntry, type Param, type ParamValues, streamOf } from '#kernel';
import { HAPPENED } from '#oracles';
import { defineChecker, type Evidence, type LaneContext, type LaneFold } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { bucketFloor, bucketOf, histogramOf } from '../judging/histogram.ts';
import { covers, measuredOver } from '../judging/measured.ts';
import { finding, ms } from '../judging/witness.ts';
import { formatSpan, plural } from '../wording.ts';

const LIMITS = [
  { name: 'p50', share: 0.5 },
  { name: 'p90', share: 0.9 },
  { name: 'p99', share: 0.99 },
  { name: 'p999', share: 0.999 },
  { name: 'max', share: 1 },
] as const;

const limit = (about: string): Param => ({
  kind: 'duration',
  about,
  optional: true,
  group: 'limit',
});

export default defineChecker({
  kind: 'latency',
  title: 'Latency stays within its limits',
  refs: [],
  summary: 'Percentiles from the intended time to the observer, over a phase or a fault.',
  judges: 'expected',
  broken: 'fail',
  params: {
    p50: limit('Limit of the median.'),
    p90: limit('Limit of the 90th percentile.'),
    p99: limit('Limit of the 99th percentile.'),
    p999: limit('Limit of the 99.9th percentile.'),
    max: limit('Limit of the largest.'),
    during: {
      kind: 'text',
      about: 'A phase, a fault (then only its targets count), or `all`.',
      names: 'phase-or-fault',
      default: 'steady',
    },
  },
  asks: ['delivery'],
  applies: (plan, params) =>
    plan.devices.length > 0 && LIMITS.some(({ name }) => typeof params[name] === 'number'),
  start: (context) => latencyFold(context),
  conclude: (merged, { timeline, params }) => {
    const histogram = histogramOf(merged.figures, 'us/');
    const window = measuredOver(duringOf(params), timeline);
    const book = new EvidenceBook();
    for (const { name, share } of LIMITS) {
      const allowedMs = params[name];
      const percentile = histogram.percentile(share);
      if (typeof allowedMs !== 'number' || percentile === null || window === null) continue;
      book.figure(`limit/${name}`, allowedMs);
      // Known to a bucket: what may lie within the limit does not break it.
      if (bucketFloor(bucketOf(percentile)) / 1000 <= allowedMs) continue;
      book.also(() =>
        finding(
          `${name} during ${duringOf(params)} was ${formatSpan(percentile / 1000)}, allowed are ${formatSpan(allowedMs)} (${plural(histogram.count, 'message')})`,
          [],
          window.from,
          [
            { t: ms(window.from), who: 'plan', what: `allows ${formatSpan(allowedMs)} at ${name}` },
            { t: ms(window.to), who: 'observer', what: `saw ${formatSpan(percentile / 1000)}` },
          ],
        ),
      );
    }
    return addEvidence(merged, book);
  },
  harmed: (_plan, timeline, params) => {
    const window = measuredOver(duringOf(params), timeline);
    return window === null ? [] : [window];
  },
  label: (params) => duringOf(params),
  say: (evidence) => said(evidence),
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

function said({ figures, decided }: Evidence): string {
  const histogram = histogramOf(figures, 'us/');
  const values = LIMITS.flatMap(({ name, share }) => {
    const allowedMs = figures[`limit/${name}`];
    const percentile = histogram.percentile(share);
    if (allowedMs === undefined || percentile === null) return [];
    return [`${name} ${formatSpan(percentile / 1000)} of ${formatSpan(allowedMs)}`];
  });
  return `${plural(decided, 'message')}: ${values.join(', ') || 'nothing to measure'}.`;
}
