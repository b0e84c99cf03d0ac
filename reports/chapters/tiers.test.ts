/** What the chapter tells of two devices, one of which could not be read. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import type { Timeline } from '#oracles';
import { ChapterBook } from '../judging/chapter-book.ts';
import { NO_ORACLE } from '../testing/oracles.ts';
import tiers from './tiers.ts';

const steps = [
  { everyMs: 5000, keepMs: 40_000 },
  { everyMs: 30_000, keepMs: null },
];
const plan = {
  workflows: [{ workflow: 'tiers', resolved: { name: 'cold', steps } }],
} as unknown as Plan;
const story = {
  ...{ tiers: { name: 'cold' }, isTold: true, raw: 4, counted: 10, late: 1, moved: 7 },
  windows: [3, 2],
  looks: [
    { t: 2000, raw: 2, gone: 0 },
    { t: 4000, raw: 3, gone: 5 },
    { t: 8000, raw: 4, gone: 7 },
  ],
};
const unread = {
  ...{ ...story, isTold: false, raw: 1, counted: 0, late: 0, moved: 0 },
  ...{ windows: [0, 0], looks: [] },
};

it('tells where readings are, and how it went', () => {
  const book = new ChapterBook({ end: 10_000_000 } as Timeline);
  const of = () => ({ of: (device: number) => [story, unread, null][device] });
  tiers.start({ devices: [0, 1, 2], of } as never, book).end();
  const { lead, figures, wholes, series, tables } = tiers.tell(book, plan, NO_ORACLE);
  expect(lead).toBe(
    'At the end there are 5 readings as they came, 7 in windows alone, and 5 windows.',
  );
  expect(figures.map(({ value }) => value)).toEqual([10, 1, 1]);
  expect(wholes[0]?.parts.map(({ count }) => count)).toEqual([5, 7]);
  expect(series.map(({ values }) => Math.max(...values.map(Number)))).toEqual([4, 5]);
  expect(tables[0]?.rows).toEqual([
    ['cold', '5 s', '40 s', 3],
    ['cold', '30 s', 'good', 2],
  ]);
});
