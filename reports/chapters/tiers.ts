/**
 * What became of readings: how many are there as they came, how many were moved into windows, how
 * many windows there are of each width, and how it went over the run, by those who looked.
 */
import { tiersOf } from '#kernel';
import type { Oracles } from '#oracles';
import { defineChapter } from '../chapter.ts';
import type { ChapterBook } from '../judging/chapter-book.ts';
import { formatCount, formatSpan, plural } from '../wording.ts';

type Story = ReturnType<Oracles['tiers']['of']>;

const COUNTED = 'counted';
const RAW = 'raw';
const MOVED = 'moved';
const LATE = 'late';
const UNREAD = 'unread';
const THERE = 'readings as they came';
const WENT = 'readings moved';

const windowsIn = (tiers: string, step: number): string => `windows/${tiers}/${step}`;

export default defineChapter({
  kind: 'tiers',
  title: 'Tiers',
  summary: 'how many readings are kept as they came, and in windows',
  asks: ['tiers'],
  workflow: 'tiers',
  start: ({ devices, of }, book) => {
    const tiers = of('tiers');
    const end = (): void => {
      for (const device of devices) note(tiers.of(device), book);
    };
    return { ops: [], end };
  },
  tell: (book, plan) => {
    const [raw, moved] = [book.counted(RAW), book.counted(MOVED)];
    const steps = tiersOf(plan).flatMap(({ name, steps: own }) =>
      own.map((step, at) => ({ name, ...step, windows: book.counted(windowsIn(name, at)) })),
    );
    const windows = steps.reduce((sum, step) => sum + step.windows, 0);
    const unread = book.counted(UNREAD);
    return {
      lead:
        `At the end there are ${plural(raw, 'reading')} as they came, ` +
        `${formatCount(moved)} in windows alone, and ${plural(windows, 'window')}.`,
      figures: [
        { label: 'Counted in windows', value: book.counted(COUNTED), unit: 'count' },
        { label: 'Too late for any', value: book.counted(LATE), unit: 'count' },
        ...(unread === 0
          ? []
          : [{ label: 'Devices not read', value: unread, unit: 'count' as const }]),
      ],
      wholes: [
        {
          title: 'Readings at the end',
          parts: [
            { label: 'as they came', count: raw },
            { label: 'in windows alone', count: moved },
          ],
        },
      ],
      spans: [],
      series: [book.average(THERE, 'on average'), book.curve(WENT, '')],
      tables: [
        {
          title: 'Windows at the end',
          columns: [
            { title: 'Tiers', unit: 'text' },
            { title: 'Wide', unit: 'text' },
            { title: 'Kept for', unit: 'text' },
            { title: 'Windows', unit: 'count' },
          ],
          rows: steps.map(({ name, everyMs, keepMs, windows: count }) => {
            const kept = keepMs === null ? 'good' : formatSpan(keepMs);
            return [name, formatSpan(everyMs), kept, count];
          }),
        },
      ],
    };
  },
});

function note(story: Story, book: ChapterBook): void {
  if (story === null) return;
  if (!story.isTold) book.count(UNREAD);
  book.count(RAW, story.raw);
  book.count(MOVED, story.moved);
  book.count(COUNTED, story.counted);
  book.count(LATE, story.late);
  for (const [step, count] of story.windows.entries()) {
    book.count(windowsIn(story.tiers.name, step), count);
  }
  noteLooks(story.looks, book);
}

/** From one look to the next it is so. */
function noteLooks(
  looks: readonly { t: number; raw: number; gone: number }[],
  book: ChapterBook,
): void {
  let before = 0;
  for (const [at, { t, raw, gone }] of looks.entries()) {
    const until = looks[at + 1]?.t ?? book.endMs;
    for (let one = 0; one < raw; one++) book.lasted(THERE, t * 1000, until * 1000);
    if (gone > before) book.happened(WENT, t * 1000, gone - before);
    before = Math.max(before, gone);
  }
}
