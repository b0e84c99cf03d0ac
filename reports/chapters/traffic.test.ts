/** What the chapter tells of a few messages whose weights can be added up by hand. */
import { expect, it } from 'vitest';
import type { LedgerEntry, Plan } from '#kernel';
import type { Timeline } from '#oracles';
import { ChapterBook } from '../judging/chapter-book.ts';
import { NO_ORACLE } from '../testing/oracles.ts';
import traffic from './traffic.ts';

const plan = {
  entries: [
    { parts: [{ kind: 'telemetry' }, { kind: 'dead-band' }] },
    { parts: [{ kind: 'sums' }] },
  ],
} as unknown as Plan;

const S = 1_000_000;
const weighed = (seconds: number, by: string, plain: number, bytes: number): LedgerEntry =>
  ({ t: seconds * S, op: 'weighed', device: 0, stream: 0, n: 0, plain, bytes, by }) as LedgerEntry;

function bookOf(...entries: LedgerEntry[]): ChapterBook {
  const book = new ChapterBook({ end: 12 * S } as Timeline);
  const fold = traffic.start({ plan, devices: [0] } as never, book);
  for (const entry of entries) fold.step?.(entry);
  fold.end();
  return book;
}

it('adds up what was held back and what was sent for it, by the part that did it', () => {
  const book = bookOf(
    weighed(1, 'dead-band', 100, 0),
    weighed(2, 'dead-band', 120, 0),
    weighed(3, 'sums', 80, 0),
    weighed(3, 'sums', 0, 50),
    weighed(4, 'sums', 70, 30),
  );
  expect(traffic.has?.(book)).toBe(true);
  const { lead, figures, series, tables } = traffic.tell(book, plan, NO_ORACLE);
  expect(lead).toBe('3 messages not sent; 290 B of 370 B of payload saved.');
  expect(figures.map(({ value }) => value)).toEqual([3, 1, 370, 80, 290 / 370]);
  expect(tables[0]?.rows).toEqual([
    ['dead-band', 2, 2, 0, 220, 0, 1],
    ['sums', 3, 1, 1, 150, 80, 70 / 150],
  ]);
  const sums = series.map(({ values }) => values.reduce((a = 0, b) => (a ?? 0) + (b ?? 0), 0));
  expect(sums).toEqual([370, 80]);
});

it('says so where what was sent instead weighs more', () => {
  const book = bookOf(weighed(1, 'sums', 80, 0), weighed(1, 'sums', 0, 100));
  const { lead } = traffic.tell(book, plan, NO_ORACLE);
  expect(lead).toBe('What was sent weighs 20 B more than the 80 B of payload that it stands for.');
});

it('is left out where nobody saved anything', () => {
  expect(traffic.has?.(bookOf())).toBe(false);
});
