/**
 * H4: a fault hurts those it was aimed at and nobody else. Devices that no fault names are compared
 * with themselves in the steady phase. Faults of the target itself hurt everybody by design; their
 * windows are left out.
 */
import { type LedgerEntry, type ParamValues, reachesDevices, streamOf } from '#kernel';
import { HAPPENED, overlaps, type Span, type Timeline } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { bucketOf, histogramOf } from '../judging/histogram.ts';
import { targetedDevices } from '../judging/measured.ts';
import { finding, ms } from '../judging/witness.ts';
import { formatShare, formatSpan, plural } from '../wording.ts';

/** Below this a multiple of the steady value says nothing: it is the pacing grid. */
const FLOOR_MS = 20;
/** The target's death is felt for so long after it accepts again. */
const AFTERMATH_US = 10_000_000;

export default defineChecker({
  kind: 'blast-radius',
  title: 'Nobody else is hurt',
  refs: ['H4'],
  summary: 'Latency and delivery of untouched devices stay as in the steady phase.',
  judges: 'expected',
  broken: 'fail',
  params: {
    factor: {
      kind: 'number',
      about: 'By how much p99 of untouched devices may grow.',
      default: 2,
      min: 1,
    },
    loss: {
      kind: 'share',
      about: 'By how much their delivered share may fall.',
      default: '1%',
    },
  },
  asks: ['delivery'],
  applies: (plan) => {
    const targeted = targetedDevices(plan);
    const aimed = plan.faults.some(reachesDevices);
    return aimed && targeted.some((one) => one === 0);
  },
  start: (context) => bystanderFold(context),
  conclude: (merged, { timeline, params }) => {
    const book = new EvidenceBook();
    judgeLatency(merged.figures, timeline, params, book);
    judgeShare(merged.figures, timeline, params, book);
    return addEvidence(merged, book);
  },
  window: (_plan, timeline) => {
    const steady = timeline.phase('steady');
    // Here a stall would flatter: it raises the figures that the others are compared with.
    return steady === null ? [] : [steady];
  },
  harmed: (_plan, timeline) => windowsOf(timeline),
  say: ({ figures, decided }) => {
    const p99 = (prefix: string): string =>
      formatSpan(histogramOf(figures, prefix).percentileMs(0.99));
    return `${plural(decided, 'message')} of untouched devices: p99 ${p99('steady/')} in the steady phase, ${p99('during/')} during faults.`;
  },
});

/** Windows of the faults, without those in which the target itself was gone. */
function windowsOf(timeline: Timeline): Span[] {
  return timeline.faults.filter((fault) => fault.injected && reachesDevices(fault.plan));
}

function bystanderFold({ plan, timeline, of }: LaneContext): LaneFold {
  const delivery = of('delivery');
  const book = new EvidenceBook();
  const targeted = targetedDevices(plan);
  const steady = timeline.phase('steady');
  const windows = windowsOf(timeline);
  const downs = timeline.downs.map((down) => ({ from: down.from, to: down.to + AFTERMATH_US }));
  const isMeasured = ({ stream }: { stream: number }): boolean =>
    streamOf(plan, stream)?.measured === true;
  const periodOf = (device: number, intended: number): 'steady' | 'during' | null => {
    if (targeted[device] !== 0 || intended < 0) return null;
    const instant = { from: intended, to: intended + 1 };
    if (downs.some((down) => overlaps(down, instant))) return null;
    if (steady !== null && overlaps(steady, instant)) return 'steady';
    return windows.some((window) => overlaps(window, instant)) ? 'during' : null;
  };
  return {
    ops: ['observed'],
    step: (entry: LedgerEntry) => {
      const { kind, intended } = delivery.news;
      if (entry.op !== 'observed' || kind !== 'first-seen' || !isMeasured(entry)) return;
      const period = periodOf(entry.device, intended);
      if (period === null) return;
      book.figure(`${period}/${bucketOf(Math.max(0, Math.round(entry.t - intended)))}`);
      if (period === 'during') book.kept();
    },
    end: () => {
      delivery.each((message) => {
        if (!isMeasured(message)) return;
        const period = periodOf(message.device, message.intended);
        // A device that is off by its own is no loss of the target's.
        if (period === null || message.why === 'device-off') return;
        book.figure(`intended-${period}`);
        if (message.fate === 'delivered') book.figure(`delivered-${period}`);
        const unseen = (message.flags & HAPPENED.observed) === 0;
        if (unseen && period === 'during' && message.flags & HAPPENED.sent)
          book.doubt('sent during a fault and never seen by an observer');
      });
      return book.close();
    },
  };
}

function judgeLatency(
  figures: Readonly<Record<string, number>>,
  timeline: Timeline,
  params: ParamValues,
  book: EvidenceBook,
): void {
  const before = histogramOf(figures, 'steady/').percentileMs(0.99);
  const during = histogramOf(figures, 'during/').percentileMs(0.99);
  if (during === null) return;
  if (before === null) {
    // Nothing to compare with: whatever was counted decides nothing.
    book.doubt('no steady latency to compare with', histogramOf(figures, 'during/').count);
    return;
  }
  const allowed = Number(params.factor ?? 2) * Math.max(before, FLOOR_MS);
  if (during <= allowed) return;
  const from = windowsOf(timeline)[0]?.from ?? 0;
  const text = `p99 of untouched devices rose from ${formatSpan(before)} to ${formatSpan(during)} during faults (allowed ${formatSpan(allowed)})`;
  book.also(() =>
    finding(text, [], from, [
      {
        t: ms(from),
        who: 'observer',
        what: `p99 ${formatSpan(during)}, before ${formatSpan(before)}`,
      },
    ]),
  );
}

function judgeShare(
  figures: Readonly<Record<string, number>>,
  timeline: Timeline,
  params: ParamValues,
  book: EvidenceBook,
): void {
  const share = (period: string): number | null => {
    const intended = figures[`intended-${period}`] ?? 0;
    return intended === 0 ? null : (figures[`delivered-${period}`] ?? 0) / intended;
  };
  const before = share('steady');
  const during = share('during');
  if (before === null || during === null) return;
  if (during >= before - Number(params.loss ?? 0.01)) return;
  const from = windowsOf(timeline)[0]?.from ?? 0;
  const text = `of the messages of untouched devices ${formatShare(during)} arrived during faults, ${formatShare(before)} before`;
  book.also(() =>
    finding(text, [], from, [{ t: ms(from), who: 'observer', what: `saw ${formatShare(during)}` }]),
  );
}
