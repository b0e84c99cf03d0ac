/**
 * H1: a fleet that was thrown off does not come back as a herd. Attempts stay under a budget,
 * delays grow with the number of failures as the device's policy says, and they are spread, so that
 * devices do not come in step.
 */
import type { EntryPlan, LedgerEntryOf } from '#kernel';
import { isPlannedEnd, isSilentEnd } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { finding, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, formatShare, formatSpan, plural } from '../wording.ts';

/** Sooner than this is no waiting at all. */
const IMMEDIATE_US = 20_000;
const IMMEDIATE_SHARE_MAX = 0.2;
/** So many delays are needed before their mean and spread say anything. */
const DELAYS_MIN = 20;
/** Of the mean that the policy implies, so much must be seen. */
const MEAN_SHARE_MIN = 0.4;
/** Standard deviation over mean; a full jitter has 0.58, a fixed delay 0. */
const SPREAD_MIN = 0.2;
/** Retries beyond this number are pooled: the policy is at its cap. */
const FAILURES_MAX = 12;

export default defineChecker({
  kind: 'herd',
  title: 'Devices do not come back as a herd',
  refs: ['H1'],
  summary: 'Attempts per second stay under budget; retry delays grow and are spread.',
  judges: 'expected',
  broken: 'fail',
  params: {
    budget: {
      kind: 'number',
      unit: '1/s',
      about: 'Connect attempts per second that the target is meant to bear.',
      min: 1,
      optional: true,
    },
  },
  applies: (plan) => plan.faults.length > 0,
  start: (context) => herdFold(context),
  conclude: (merged, { plan, timeline, params }) => {
    const book = new EvidenceBook();
    const { figures } = merged;
    const since = timeline.phase('chaos')?.from ?? 0;
    const peak = peakOf(figures);
    if (peak !== undefined) {
      book.figure('peak', peak.attempts);
      if (typeof params.budget === 'number') judgeBudget(peak, params.budget, book);
    }
    plan.entries.forEach((entry, index) => {
      judgeGrowth(figures, entry, index, since, book);
      judgeSpread(figures, entry, index, since, book);
    });
    judgeImmediate(figures, since, book);
    return addEvidence(merged, book);
  },
  window: (_plan, timeline) => {
    const chaos = timeline.phase('chaos');
    return chaos === null ? [] : [{ from: chaos.from, to: timeline.samplingEnd }];
  },
  say: ({ figures, decided }) =>
    `${plural(decided, 'retry delay')}, ${formatShare((figures.immediate ?? 0) / Math.max(1, decided))} of them immediate; at most ${formatCount(figures.peak ?? 0)} attempts in a second.`,
});

/** How figures are called that count the attempts of one second. */
const SECOND = 'second/';

interface Absence {
  since: number;
  failures: number;
}

/** Delays between an unwanted end or a failed attempt and the next attempt. */
function herdFold({ plan, timeline }: LaneContext): LaneFold {
  const book = new EvidenceBook();
  const away = new Map<number, Absence>();
  const since = timeline.phase('chaos')?.from ?? Number.POSITIVE_INFINITY;
  const attempt = (entry: LedgerEntryOf<'connect'>): void => {
    if (entry.t >= since) book.figure(`${SECOND}${Math.floor(entry.t / 1_000_000)}`);
    const absence = away.get(entry.device);
    if (absence === undefined || absence.since < since) return;
    const delay = entry.t - absence.since;
    const kind = plan.devices[entry.device]?.entry ?? -1;
    const failures = Math.min(absence.failures, FAILURES_MAX);
    book.kept();
    // A policy may begin with very short waits, and then keeps to it.
    const baseUs = (plan.entries[kind]?.backoff.baseMs ?? 0) * 1000;
    if (delay < Math.min(IMMEDIATE_US, baseUs / 10)) book.figure('immediate');
    // In seconds, so that squares of a long run stay exact enough.
    const seconds = delay / 1_000_000;
    book.figure(`${kind}/${failures}/count`);
    book.figure(`${kind}/${failures}/sum`, seconds);
    book.figure(`${kind}/${failures}/squares`, seconds * seconds);
  };
  return {
    ops: ['connect', 'connect-failed', 'offline', 'online', 'off', 'boot'],
    step: (entry) => {
      const { device, t } = entry;
      const absence = away.get(device);
      if (entry.op === 'connect') attempt(entry);
      else if (entry.op === 'connect-failed') {
        away.set(device, { since: t, failures: (absence?.failures ?? -1) + 1 });
      } else if (entry.op === 'offline' && isUnwanted(entry.why)) {
        away.set(device, { since: t, failures: 0 });
      } else away.delete(device);
    },
    end: () => book.close(),
  };
}

const isUnwanted = (why: string): boolean => !isPlannedEnd(why) && !isSilentEnd(why);

interface Peak {
  second: number;
  attempts: number;
}

/** The busiest second, the first of several; none where nobody tried. */
function peakOf(figures: Readonly<Record<string, number>>): Peak | undefined {
  return Object.entries(figures)
    .filter(([name]) => name.startsWith(SECOND))
    .map(([name, attempts]) => ({ second: Number(name.slice(SECOND.length)), attempts }))
    .sort((a, b) => b.attempts - a.attempts || a.second - b.second)[0];
}

function judgeBudget({ second, attempts }: Peak, budget: number, book: EvidenceBook): void {
  if (attempts <= budget) return;
  const at = second * 1_000_000;
  book.also(() =>
    finding(
      `${formatCount(attempts)} connect attempts in the second from ${inSeconds(at)}, the budget is ${formatCount(budget)}`,
      [],
      at,
      [{ t: ms(at), who: 'fleet', what: `${formatCount(attempts)} attempts in a second` }],
    ),
  );
}

/** Retry delays of one entry after the same number of failures. */
interface Delays {
  failures: number;
  count: number;
  meanMs: number;
  /** Standard deviation over mean. */
  spread: number;
}

/** Those of which there are enough to say something, by the number of failures. */
function* delaysOf(
  figures: Readonly<Record<string, number>>,
  index: number,
): Generator<Delays, void> {
  for (let failures = 0; failures <= FAILURES_MAX; failures++) {
    const figure = (name: string): number => figures[`${index}/${failures}/${name}`] ?? 0;
    const count = figure('count');
    if (count < DELAYS_MIN) continue;
    const mean = figure('sum') / count;
    const deviation = Math.sqrt(Math.max(0, figure('squares') / count - mean * mean));
    yield { failures, count, meanMs: mean * 1000, spread: mean === 0 ? 0 : deviation / mean };
  }
}

/** Mean delay after each number of failures, against what the policy implies. */
function judgeGrowth(
  figures: Readonly<Record<string, number>>,
  { id, backoff }: EntryPlan,
  index: number,
  since: number,
  book: EvidenceBook,
): void {
  for (const { failures, count, meanMs } of delaysOf(figures, index)) {
    const impliedMs = Math.min(backoff.capMs, backoff.baseMs * 2 ** failures) / 2;
    if (meanMs >= impliedMs * MEAN_SHARE_MIN) continue;
    const after = `after ${plural(failures, 'failure')} devices of ${id}`;
    const implied = `their back-off implies about ${formatSpan(impliedMs)}`;
    const message = `${after} waited ${formatSpan(meanMs)} on average; ${implied}`;
    const what = `${formatCount(count)} delays, mean ${formatSpan(meanMs)}`;
    return book.also(() => finding(message, [], since, [{ t: ms(since), who: id, what }]));
  }
}

function judgeSpread(
  figures: Readonly<Record<string, number>>,
  { id }: EntryPlan,
  index: number,
  since: number,
  book: EvidenceBook,
): void {
  for (const { failures, count, meanMs, spread } of delaysOf(figures, index)) {
    if (spread >= SPREAD_MIN) continue;
    const after = `after ${plural(failures, 'failure')} all devices of ${id}`;
    const message = `${after} waited about the same ${formatSpan(meanMs)}: they come back in step`;
    const what = `${formatCount(count)} delays, spread ${formatShare(spread)}`;
    return book.also(() => finding(message, [], since, [{ t: ms(since), who: id, what }]));
  }
}

function judgeImmediate(
  figures: Readonly<Record<string, number>>,
  since: number,
  book: EvidenceBook,
): void {
  const immediate = figures.immediate ?? 0;
  const all = Object.entries(figures)
    .filter(([name]) => name.endsWith('/count'))
    .reduce((sum, [, count]) => sum + count, 0);
  if (all === 0 || immediate <= all * IMMEDIATE_SHARE_MAX) return;
  book.also(() =>
    finding(
      `${formatCount(immediate)} of ${formatCount(all)} retries came within ${formatSpan(IMMEDIATE_US / 1000)} of the failure`,
      [],
      since,
      [{ t: ms(since), who: 'fleet', what: 'retried without waiting' }],
    ),
  );
}
