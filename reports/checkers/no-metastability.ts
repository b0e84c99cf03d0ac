/**
 * H3: once the load is what it was, and the last trouble is over, a target is soon as it was
 * before: in its normal mode, with its queue empty, and as quick. One that is still degraded keeps
 * itself so. What was sent again is no load, since it is what such a target lives on; and it has
 * waited since it was sent first, or for good.
 */
import { pressureOf } from '#kernel';
import type { Oracles, Span, Timeline } from '#oracles';
import { defineChecker, type Evidence, type RunContext } from '../checker.ts';
import { addEvidence, EvidenceBook, noEvidence } from '../judging/evidence.ts';
import { finding, ms } from '../judging/witness.ts';
import { formatSpan } from '../wording.ts';

type PressureCourse = Oracles['pressure/fleet'];

/** Latency may be so much more than before, by share or in all. */
const SLOWER = 2;
const SLOWER_MS = 250;
/** So long it must be looked at. */
const LOOK_US = 2_000_000;
const SECOND_US = 1_000_000;

const NOT_BACK = 'the load had not returned, or not for long enough, before sampling ended';
const NO_END = 'it was degraded by what is no fault and no load, and nobody knows until when';
const MUTE = 'the target does not say in which mode it was';
const UNSEEN = 'the target does not say how full its queue was when it had to be empty';
const NO_BASE = 'nothing was acknowledged before the pressure, or nothing after it';

export default defineChecker({
  kind: 'no-metastability',
  title: 'The target comes back by itself',
  refs: ['H3'],
  summary:
    'After the load returned and the last fault ended, mode, queue and latency are as before.',
  judges: 'always',
  workflow: 'pressure',
  broken: 'fail',
  params: {},
  asks: ['pressure/fleet'],
  applies: (plan) => pressureOf(plan) !== null,
  start: () => ({ ops: [], end: noEvidence }),
  conclude: (merged, run) => judged(merged, run),
  harmed: (_, { end }) => [{ from: 0, to: end }],
  say: ({ findingCount, decided, figures }) => {
    if (decided === 0) return 'It was never under pressure, or nobody could see it come back.';
    if (findingCount > 0) return 'It was still degraded when it had to be as before.';
    return `It was normal again ${formatSpan(figures[TOOK] ?? 0)} after the last trouble.`;
  },
});

const TOOK = 'milliseconds to normal';

function judged(merged: Evidence, { plan, timeline, of }: RunContext): Evidence {
  const course = of('pressure/fleet');
  const held = pressureOf(plan);
  const book = new EvidenceBook();
  const doubt = (why: string): Evidence => {
    book.doubt(why);
    return addEvidence(merged, book);
  };
  if (held === null) return merged;
  if (course.now === null || course.modes.length === 0) return doubt(MUTE);
  const trouble = troubleIn(course, timeline, held.capacity);
  // Who was never pressed has nothing to come back from.
  if (trouble === null) return merged;
  if (trouble.to === Number.POSITIVE_INFINITY) return doubt(NO_END);
  const due = trouble.to + held.withinMs * 1000;
  const look = { from: due, to: timeline.samplingEnd };
  if (look.to - look.from < LOOK_US) return doubt(NOT_BACK);
  judgeMode(book, course, trouble, look);
  judgeQueue(book, course, look, held.queue * held.normalAt);
  judgeLatency(book, beforeMs(course, trouble.from), afterMs(course, look, timeline.end));
  return addEvidence(merged, book);
}

/** From the first fault or overload up to the end of the last; infinite where none is known. */
function troubleIn(course: PressureCourse, timeline: Timeline, capacity: number): Span | null {
  const over = course.seconds.flatMap((second, index) =>
    (second?.sent ?? 0) > capacity ? [index * SECOND_US] : [],
  );
  const isDegraded = course.modes.some(({ mode }) => mode !== 'normal');
  if (over.length === 0 && !isDegraded) return null;
  const faults = timeline.faults.filter(({ injected }) => injected);
  const degraded = course.modes.find(({ mode }) => mode !== 'normal');
  const begins = [
    ...faults.map(({ from }) => from),
    ...over,
    ...(degraded === undefined ? [] : [course.atRun(degraded.from)]),
  ];
  const ends = [
    ...faults.map(({ to }) => Math.min(to, timeline.end)),
    ...over.map((t) => t + SECOND_US),
  ];
  const to = ends.length === 0 ? Number.POSITIVE_INFINITY : Math.max(0, ...ends);
  return { from: Math.min(...begins), to };
}

function judgeMode(book: EvidenceBook, course: PressureCourse, trouble: Span, look: Span): void {
  const spans = course.modes.map(({ from, to, ...mode }) => ({
    ...mode,
    from: course.atRun(from),
    to: course.atRun(to),
  }));
  const bad = spans.find(
    ({ mode, from, to }) => mode !== 'normal' && from < look.to && to > look.from,
  );
  const last = spans.filter(({ mode, to }) => mode !== 'normal' && to <= look.from).at(-1);
  book.figure(TOOK, Math.max(0, ms((last?.to ?? trouble.to) - trouble.to)));
  if (bad === undefined) return book.kept();
  const when = `${formatSpan(ms(look.from - trouble.to))} after the last trouble`;
  const sentence = `the target was ${bad.mode} ${when}`;
  book.broken(() =>
    finding(
      sentence,
      [],
      look.from,
      [
        { t: ms(trouble.to), who: 'run', what: 'the load is what it was, and no fault acts' },
        { t: ms(bad.from), who: 'target', what: `is ${bad.mode}: ${bad.why}` },
        { t: ms(look.from), who: 'target', what: 'must be normal' },
      ].sort((a, b) => a.t - b.t),
    ),
  );
}

function judgeQueue(book: EvidenceBook, course: PressureCourse, look: Span, most: number): void {
  const told = course.depths.filter(({ at }) => {
    const t = course.atRun(at);
    return t >= look.from && t <= look.to;
  });
  if (told.length === 0) return book.doubt(UNSEEN);
  const full = told.find(({ depth }) => depth > most);
  if (full === undefined) return book.kept();
  const sentence = `${full.depth} messages were on their way in when the queue had to be empty`;
  book.broken(() => finding(sentence, [], course.atRun(full.at), []));
}

/** How long readings took to be acknowledged, from a time on; null where there were none. */
interface Lag {
  from: number;
  ms: number | null;
}

function judgeLatency(book: EvidenceBook, before: number | null, { ms: after, from }: Lag): void {
  if (before === null || after === null) return book.doubt(NO_BASE);
  if (after <= Math.max(before * SLOWER, before + SLOWER_MS)) return book.kept();
  const was = `${formatSpan(before)} before the trouble`;
  const sentence = `readings wait for ${formatSpan(after)} to be acknowledged, and waited ${was}`;
  book.broken(() => finding(sentence, [], from, []));
}

/** What was answered before; what had to wait through the trouble says nothing of that. */
function beforeMs(course: PressureCourse, until: number): number | null {
  let [count, waitedUs] = [0, 0];
  for (const second of course.seconds.slice(0, Math.floor(until / SECOND_US))) {
    count += second?.answered ?? 0;
    waitedUs += second?.waitedUs ?? 0;
  }
  return count === 0 ? null : ms(waitedUs / count);
}

/** Of all that was sent in the whole seconds of a span; some of it is waited for to the end. */
function afterMs(course: PressureCourse, { from, to }: Span, end: number): Lag {
  const [first, last] = [Math.ceil(from / SECOND_US), Math.floor(to / SECOND_US)];
  let [count, tookUs] = [0, 0];
  for (const second of course.seconds.slice(first, Math.max(first, last))) {
    count += second?.acked ?? 0;
    tookUs += second?.tookUs ?? 0;
  }
  for (const sentAt of course.open) {
    if (sentAt < first * SECOND_US || sentAt >= last * SECOND_US) continue;
    count++;
    tookUs += Math.max(0, end - sentAt);
  }
  return { from, ms: count === 0 ? null : ms(tookUs / count) };
}
