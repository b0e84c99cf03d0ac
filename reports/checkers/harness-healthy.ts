/**
 * X3: what we say of the target is only worth something while we ourselves keep up. A hole in the
 * ledger or a saturated generator makes the run invalid; a process of ours that stood still leaves
 * it undecided.
 */
import {
  addTo,
  damageText,
  FLAG,
  isCarried,
  type LedgerEntry,
  type LedgerEntryOf,
  ownWindowOf,
  type Plan,
  sendWindow,
  streamOf,
} from '#kernel';
import { LEDGER_TORN, overlaps, type Span, type Timeline } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { bucketOf, histogramOf } from '../judging/histogram.ts';
import { finding, goesDown, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, formatSpan, plural } from '../wording.ts';

/** Send lateness p99 beyond this, over the whole steady phase, is saturation. */
const LATENESS_US_MAX = 50_000;
/** Half of the health samples of a process beyond this is saturation as well. */
const LAG_US_MAX = 100_000;
/** Standing still for this share of the measured time is saturation. */
const STALLED_SHARE_MAX = 0.1;
/** A stall this long leaves the whole run in doubt, not only objectives measured in time. */
const STALL_US_MAX = 900_000;
/** It tells of this machine alone: what else may be the cause, and what to do. */
const WAY_OUT =
  'a busy machine does this as well as too large a fleet: run again on a quiet one, ' +
  'take fewer devices by --devices N, or see by plan --gear real what this one can carry';
/** A device that has just come online is still sending what it had held back. */
const SETTLED_US = 2_000_000;

export default defineChecker({
  kind: 'harness-healthy',
  title: 'We kept up ourselves',
  refs: ['X3'],
  summary: 'The ledger is whole, sends were on time, and no process of ours stood still.',
  judges: 'always',
  broken: 'invalid',
  doubtsHalts: true,
  findsHoles: true,
  params: {},
  asks: ['connections'],
  applies: () => true,
  start: (context) => latenessFold(context),
  conclude: (merged, { plan, timeline }) => {
    const book = new EvidenceBook();
    judgeLedger(plan, timeline, book);
    judgeHealing(timeline, book);
    judgeLateness(plan, timeline, merged.figures, book);
    judgeLag(timeline, book);
    judgeStalls(timeline, book);
    return addEvidence(merged, book);
  },
  say: ({ figures, findingCount }) => {
    if (findingCount > 0) return `${plural(findingCount, 'thing')} on our side went wrong.`;
    const p99 = histogramOf(figures, 'late/').percentile(0.99);
    const late =
      p99 === null
        ? ''
        : ` Sends were at most ${formatSpan(p99 / 1000)} late at p99 in the steady phase.`;
    const longest = figures['longest-stall'] ?? 0;
    const still =
      longest === 0
        ? 'no process of ours stood still'
        : `no process of ours stood still for longer than ${formatSpan(longest / 1000)}`;
    return `The ledger is whole and ${still}.${late}`;
  },
});

/**
 * Send lateness in the steady phase, of devices that had nothing held back: neither since they came
 * online, nor because the target had not acknowledged enough of what went before. When those go
 * that are carried is for their carrier to say: it may be asked to keep them.
 */
function latenessFold({ plan, timeline, of }: LaneContext): LaneFold {
  const connections = of('connections');
  const book = new EvidenceBook();
  const steady = timeline.phase('steady');
  const unanswered = new Unanswered(plan);
  const window = sendWindow(plan.target.guarantees);
  return {
    ops: ['sent', 'acked', 'refused', 'abandoned'],
    step: (entry) => {
      const full = unanswered.count(entry.device) >= window - 1;
      unanswered.note(entry);
      if (entry.op !== 'sent' || full || isCarried(plan, entry.device)) return;
      if (ownWindowOf(plan, entry.device) !== null && unanswered.waited(entry)) return;
      if (steady === null || streamOf(plan, entry.stream)?.measured !== true) return;
      const intended = entry.t - entry.late;
      if (intended < steady.from || intended >= steady.to) return;
      const kind = plan.entries[plan.devices[entry.device]?.entry ?? -1];
      if (kind === undefined || kind.sleep !== null || kind.health === 'real') return;
      const online = connections.over(entry.device).connections.at(-1);
      if (online === undefined || online.from + SETTLED_US > intended) return;
      book.figure(`late/${bucketOf(Math.max(0, entry.late))}`);
    },
    end: () => book.close(),
  };
}

/** How many messages of a device are on the wire without an answer. */
class Unanswered {
  readonly #counts = new Map<number, number>();
  readonly #answeredAt = new Map<number, number>();
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** It was due while the one before it had no answer yet, and its device sends one at a time. */
  waited({ device, t, late }: LedgerEntryOf<'sent'>): boolean {
    return (this.#answeredAt.get(device) ?? -1) >= t - late;
  }

  count(device: number): number {
    return this.#counts.get(device) ?? 0;
  }

  note(entry: LedgerEntry): void {
    if (!isTurn(entry) || goesDown(this.#plan, entry)) return;
    const { device } = entry;
    if (entry.op !== 'sent') this.#answeredAt.set(device, entry.t);
    const change = entry.op === 'sent' ? Number(isFirstOfOne(entry.flags)) : -1;
    if (change !== 0) this.#counts.set(device, Math.max(0, this.count(device) + change));
  }
}

type Turn = LedgerEntryOf<'sent' | 'acked' | 'refused' | 'abandoned'>;

const isTurn = (entry: LedgerEntry): entry is Turn =>
  ['sent', 'acked', 'refused', 'abandoned'].includes(entry.op);

/** Sent for the first time, and an answer is due. */
const isFirstOfOne = (flags: number): boolean => (flags & FLAG.resend) === 0 && (flags & 3) > 0;

function judgeLedger(plan: Plan, timeline: Timeline, book: EvidenceBook): void {
  const lanes = new Set(plan.devices.map((device) => device.lane));
  const whole = [...lanes].filter((lane) => !timeline.damagedLanes.has(lane)).length;
  if (whole > 0) book.kept(whole);
  const { segments, unreadable, own } = timeline;
  const broken = (text: string, at: number): void => book.broken(() => finding(text, [], at, []));
  for (const { name, damage, strange, entries, lastAt } of segments) {
    const subject = `the segment ${name} of the ledger`;
    for (const one of damage) broken(`${subject} ${damageText(one)}`, one.at);
    if (entries === 0 && damage.length === 0) broken(`${subject} is empty`, lastAt);
    if (strange) broken(`the segment ${name} was written for another plan`, lastAt);
  }
  for (const { name, why } of unreadable) {
    broken(`the segment ${name} of the ledger cannot be read: ${why}`, timeline.end);
  }
  if (own === null) broken("the harness's own segment of the ledger is not there", timeline.end);
  const told = new Set(segments.flatMap((segment) => segment.lanes));
  // Of which lanes one that cannot be read tells nobody knows.
  if (unreadable.length > 0) return;
  const missing = [...lanes].filter((lane) => !told.has(lane)).length;
  if (missing > 0) {
    const have = missing === 1 ? 'has' : 'have';
    const text = `${plural(missing, 'lane')} of ${lanes.size} with devices ${have} no ledger: a shard is missing`;
    broken(text, timeline.end);
  }
}

/** What is measured after a fault that still acts is not what the plan meant to measure. */
function judgeHealing(timeline: Timeline, book: EvidenceBook): void {
  if (timeline.phase('drain') === null) return;
  for (const fault of timeline.faults) {
    if (!fault.injected) continue;
    if (fault.healed) book.kept();
    else if (!timeline.isWhole) book.doubt(LEDGER_TORN);
    else {
      const text = `${fault.id} could not be taken back and acted until the end`;
      book.broken(() => finding(text, [], fault.from, []));
    }
  }
}

function judgeLateness(
  plan: Plan,
  timeline: Timeline,
  figures: Readonly<Record<string, number>>,
  book: EvidenceBook,
): void {
  const late = histogramOf(figures, 'late/');
  const p99 = late.percentile(0.99);
  if (p99 === null || plan.gear === 'sim') return;
  const steady = timeline.phase('steady');
  if (p99 <= LATENESS_US_MAX) {
    book.kept();
    return;
  }
  const text = `the generator was saturated: sends of the steady phase were ${formatSpan(p99 / 1000)} late at p99 (at most ${formatSpan(LATENESS_US_MAX / 1000)} allowed, ${formatCount(late.count)} messages); ${WAY_OUT}`;
  book.broken(() => finding(text, [], steady?.from ?? 0, []));
}

function judgeLag(timeline: Timeline, book: EvidenceBook): void {
  const span = measuredSpan(timeline);
  const byProcess = new Map<string, number[]>();
  for (const { t, process, lagUs } of timeline.health) {
    if (t < span.from || t > span.to) continue;
    addTo(byProcess, process, lagUs);
  }
  for (const [process, lags] of [...byProcess].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const median = [...lags].sort((a, b) => a - b)[Math.floor(lags.length / 2)] ?? 0;
    if (median <= LAG_US_MAX) book.kept();
    else {
      const text = `${process} was saturated: its event loop lagged by ${formatSpan(median / 1000)} in half of all samples; ${WAY_OUT}`;
      book.broken(() => finding(text, [], span.from, []));
    }
  }
}

function judgeStalls(timeline: Timeline, book: EvidenceBook): void {
  const span = measuredSpan(timeline);
  const stalls = timeline.stalls.filter((stall) => overlaps(stall, span));
  const byProcess = new Map<string, number>();
  let longest = 0;
  for (const { process, from, to } of stalls) {
    longest = Math.max(longest, to - from);
    byProcess.set(process, (byProcess.get(process) ?? 0) + to - from);
  }
  book.figure('longest-stall', longest);
  for (const [process, total] of byProcess) {
    if (total <= (span.to - span.from) * STALLED_SHARE_MAX) continue;
    const text = `${process} stood still for ${formatSpan(total / 1000)} of ${formatSpan((span.to - span.from) / 1000)}`;
    book.broken(() =>
      finding(
        text,
        [],
        span.from,
        stalls
          .filter((stall) => stall.process === process)
          .slice(0, 5)
          .map((stall) => ({
            t: ms(stall.from),
            who: process,
            what: `stood still until ${inSeconds(stall.to)}`,
          })),
      ),
    );
  }
  // One doubt must outweigh whatever else was decided: nothing less than a stall-free run is a
  // pass.
  if (longest < STALL_US_MAX) return;
  const why = `a process of ours stood still for ${formatSpan(longest / 1000)} while it mattered`;
  book.doubt(why, book.close().obligations + 1);
}

/** From the steady phase to the end of sampling: the time in which something is measured. */
function measuredSpan(timeline: Timeline): Span {
  return { from: timeline.phase('steady')?.from ?? 0, to: timeline.samplingEnd };
}
