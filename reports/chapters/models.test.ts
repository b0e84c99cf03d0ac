/** What the chapter tells of two devices, from a ledger short enough to count by hand. */
import { expect, it } from 'vitest';
import type { LedgerEntry, Plan } from '#kernel';
import type { Timeline } from '#oracles';
import { ChapterBook } from '../judging/chapter-book.ts';
import { NO_ORACLE } from '../testing/oracles.ts';
import models from './models.ts';

const plan = {
  entries: [{ parts: [{ kind: 'detector' }] }],
  devices: [
    { id: 'rooms/1', entry: 0 },
    { id: 'rooms/2', entry: 0 },
  ],
} as unknown as Plan;

const S = 1_000_000;
const at = (seconds: number, device: number, op: string, more: object): LedgerEntry =>
  ({ t: seconds * S, op, device, ...more }) as unknown as LedgerEntry;
const goes = (seconds: number, device: number, state: string) =>
  at(seconds, device, 'state', { state: `detector.${state}` });
const judged = (seconds: number, by: string, odd: boolean, shadow = '') =>
  at(seconds, 0, 'detector/judged', { by, odd, shadow });

it('tells who gave a model up, and for how long', () => {
  const book = new ChapterBook({ end: 20 * S } as Timeline);
  const fold = models.start({ plan, devices: [0, 1] } as never, book);
  for (const entry of [
    goes(1, 0, 'shadow'),
    judged(1, 'rule', false, 'false'),
    judged(2, 'rule', false, 'true'),
    goes(3, 0, 'fallback'),
    goes(4, 0, 'model'),
    judged(4, 'model', true),
    goes(6, 0, 'fallback'),
    judged(6, 'rule', false),
    goes(9, 0, 'model'),
    goes(11, 0, 'fallback'),
  ])
    fold.step?.(entry);
  fold.end();
  const { lead, figures, wholes, courses = [], tables } = models.tell(book, plan, NO_ORACLE);
  expect(lead).toBe('4 readings were judged, 1 of them found odd; 1 of 2 devices gave a model up.');
  expect(figures.map(({ value }) => value)).toEqual([2, 2, 1, 2, 1]);
  expect(wholes[0]?.parts.map(({ count }) => count)).toEqual([3, 1]);
  expect(courses[0]?.parts.map(({ sense }) => sense)).toEqual(['rest', 'way', 'bad', 'good']);
  expect(tables[0]?.rows).toEqual([
    ['rooms/1', 11_000, 9000],
    ['rooms/1', 6000, 3000],
  ]);
});
