/**
 * How a target stood under pressure: how full it was, in which mode when and why, and how many
 * readings of whom it passed over. Times of the target are told as those of the run.
 */
import { pressureOf, streamOf } from '#kernel';
import type { Oracles } from '#oracles';
import { type ChapterFold, defineChapter } from '../chapter.ts';
import type { LaneContext } from '../checker.ts';
import type { ChapterBook } from '../judging/chapter-book.ts';
import { deviceName, ms } from '../judging/witness.ts';
import type { ChapterCourse, ChapterTable, CourseStretch, Sense, Series } from '../result.ts';
import { formatCount, formatSpan, plural } from '../wording.ts';

type Course = Oracles['pressure/fleet'];

const PASSED = 'readings passed over';
const SENT = 'readings sent';
const SHED = 'Passed over, by class';
const MOST = 'Passed over most often';
const SHED_OF = 'shed of ';

export default defineChapter({
  kind: 'pressure',
  title: 'Under pressure',
  summary: 'in which mode the target was when, how full it was, and what it passed over',
  asks: ['delivery', 'pressure', 'pressure/fleet'],
  workflow: 'pressure',
  start: (context, book) => fold(context, book),
  tell: (book, plan, of) => {
    const course = of('pressure/fleet');
    const shed = book.counted(PASSED);
    const spans = spansOf(course, book.endMs);
    const away = spans.filter(({ mode }) => mode !== 'normal');
    const lasted = away.reduce((sum, { from, to }) => sum + to - from, 0);
    const passed = `It passed ${plural(shed, 'reading')} over`;
    const capacity = pressureOf(plan)?.capacity ?? 0;
    const queue = pressureOf(plan)?.queue ?? 0;
    return {
      lead:
        away.length === 0
          ? 'The target was never under pressure.'
          : `${passed}, and was other than normal for ${formatSpan(lasted)}.`,
      figures: [
        { label: 'Messages a second that it takes', value: capacity, unit: 'count' },
        { label: 'Room for messages on their way in', value: queue, unit: 'count' },
        { label: 'Most that were on their way in', value: mostOf(course), unit: 'count' },
        { label: 'Readings passed over', value: shed, unit: 'count' },
        { label: 'Changes of its mode', value: Math.max(0, spans.length - 1), unit: 'count' },
        { label: 'Longest time out of normal', value: longestOf(away), unit: 'ms' },
      ],
      wholes: [{ title: 'What became of readings', parts: partsOf(book) }],
      spans: [],
      series: [book.curve(SENT, ''), book.curve(PASSED, '')],
      tables: [changes(course, book.endMs), classes(book, course), most(book)],
      courses: spans.length === 0 ? [] : [pictureOf(course, spans, queue, book)],
    };
  },
});

function fold(context: Omit<LaneContext, 'params'>, book: ChapterBook): ChapterFold {
  const { devices, of, plan } = context;
  const delivery = of('delivery');
  const pressure = of('pressure');
  const course = of('pressure/fleet');
  return {
    ops: [],
    end: () => {
      delivery.each(({ stream, fate, sentAt, sentCount }) => {
        if (streamOf(plan, stream)?.mayShed !== true) return;
        book.count(fate);
        if (sentCount > 0) book.happened(SENT, sentAt);
      });
      for (const device of devices) {
        const sheds = pressure.of(device);
        if (sheds.length === 0) continue;
        book.count(PASSED, sheds.length);
        for (const { at, stream } of sheds) {
          book.count(`${SHED_OF}${streamOf(plan, stream)?.name ?? stream}`);
          book.happened(PASSED, course.atRun(at));
        }
        book.row(MOST, sheds.length, [deviceName(plan, device), sheds.length]);
      }
    },
  };
}

const FATES = [
  ['delivered', 'good'],
  ['refused', 'way'],
  ['lost', 'bad'],
  ['not-sent', 'rest'],
  ['info', 'rest'],
] as const satisfies readonly (readonly [string, Sense])[];

const partsOf = (book: ChapterBook) =>
  FATES.map(([fate, sense]) => ({
    label: fate === 'refused' ? 'passed over' : fate.replace('-', ' '),
    count: book.counted(fate),
    sense,
  })).filter(({ count }) => count > 0);

/** A stretch of the run in one mode, in milliseconds. */
interface Stretch {
  mode: string;
  why: string;
  from: number;
  to: number;
}

const spansOf = (course: Course, endMs: number): Stretch[] =>
  course.modes.map(({ from, to, mode, why }) => ({
    ...{ mode, why },
    from: Math.max(0, ms(course.atRun(from))),
    to: Math.min(endMs, ms(course.atRun(to))),
  }));

const mostOf = (course: Course): number =>
  course.depths.reduce((most, { depth }) => Math.max(most, depth), 0);

/** Limited and read-only in one go are one time. */
function longestOf(away: readonly Stretch[]): number | null {
  let [longest, from, to] = [0, 0, -1];
  for (const one of away) {
    if (one.from > to) from = one.from;
    to = one.to;
    longest = Math.max(longest, to - from);
  }
  return away.length === 0 ? null : longest;
}

const SENSES: Readonly<Record<string, Sense>> = {
  normal: 'rest',
  limited: 'way',
  'read-only': 'way',
};

function pictureOf(
  course: Course,
  spans: readonly Stretch[],
  queue: number,
  book: ChapterBook,
): ChapterCourse {
  const row = spans.map(
    ({ mode, from, to }): CourseStretch => ({
      ...{ from, to, labels: [mode, mode.slice(0, 3)] },
      sense: SENSES[mode] ?? 'bad',
    }),
  );
  const full = depthOver(course, book.curve(SENT, ''));
  const free = full.values.map((value) => (value === null ? null : Math.max(0, queue - value)));
  return {
    title: 'How full it was',
    about:
      `Each column is the room for ${formatCount(queue)} messages on their way in, and how much ` +
      'of it was taken at most; what is urgent is let in beyond that. Above is the mode in which ' +
      'the target says it was.',
    parts: [
      { sense: 'rest', series: { ...full, name: 'room', values: free } },
      { sense: 'way', series: full },
    ],
    rows: [row],
  };
}

/** The most in each bucket; where nothing was told it is what it was. */
function depthOver(course: Course, { t0, step, values }: Series): Series {
  const most: number[] = values.map(() => 0);
  const last: (number | undefined)[] = values.map(() => undefined);
  for (const { at, depth } of course.depths) {
    const bucket = Math.floor((ms(course.atRun(at)) - t0) / step);
    if (bucket < 0 || bucket >= most.length) continue;
    most[bucket] = Math.max(most[bucket] ?? 0, depth);
    last[bucket] = depth;
  }
  let before = 0;
  const held = most.map((value, bucket) => {
    const depth = last[bucket] === undefined ? before : value;
    before = last[bucket] ?? before;
    return depth;
  });
  return { name: 'on their way in', unit: '', t0, step, values: held };
}

function changes(course: Course, endMs: number): ChapterTable {
  return {
    title: 'Modes',
    columns: [
      { title: 'Mode', unit: 'text' },
      { title: 'Since', unit: 'ms' },
      { title: 'For', unit: 'ms' },
      { title: 'Why', unit: 'text' },
    ],
    rows: spansOf(course, endMs).map(({ mode, from, to, why }) => [mode, from, to - from, why]),
  };
}

function classes(book: ChapterBook, course: Course): ChapterTable {
  const names = book.named(SHED_OF).map((name) => name.slice(SHED_OF.length));
  const all = [...new Set([...names, ...course.counted])].sort();
  return {
    title: SHED,
    columns: [
      { title: 'Class', unit: 'text' },
      { title: 'Taken', unit: 'count' },
      { title: 'Passed over', unit: 'count' },
      { title: 'Listed', unit: 'count' },
    ],
    rows: all.map((name) => [
      name,
      course.countOf(name)?.taken ?? null,
      course.countOf(name)?.shed ?? null,
      book.counted(`${SHED_OF}${name}`),
    ]),
  };
}

const most = (book: ChapterBook): ChapterTable => ({
  title: MOST,
  columns: [
    { title: 'Device', unit: 'text' },
    { title: 'Times', unit: 'count' },
  ],
  rows: book.rows(MOST),
});
