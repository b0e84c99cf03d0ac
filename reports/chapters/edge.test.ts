/** What the chapter tells of a control loop, from a ledger short enough to count by hand. */
import { expect, it } from 'vitest';
import type { LedgerEntry, Plan } from '#kernel';
import type { Timeline } from '#oracles';
import { ChapterBook } from '../judging/chapter-book.ts';
import { NO_ORACLE } from '../testing/oracles.ts';
import edge from './edge.ts';

const parts = [{ kind: 'edge' }];
const plan = {
  entries: [{ parts }, { parts: [] }],
  devices: [
    { id: 'gates/1', entry: 0 },
    { id: 'kids/1', entry: 1, via: 0 },
    { id: 'kids/2', entry: 1, via: 0 },
  ],
} as unknown as Plan;

const S = 1_000_000;
const at = (seconds: number, op: string, more: object = {}): LedgerEntry =>
  ({ t: seconds * S, op, device: 0, ...more }) as unknown as LedgerEntry;
const read = (seconds: number, child: number) => at(seconds, 'edge/read', { child, n: 0 });
const switched = (seconds: number, child: number, on: boolean, done = true) =>
  at(seconds, 'edge/switched', { child, n: 0, on, done });

it('counts what was heard and switched, and what of it without an uplink', () => {
  const book = new ChapterBook({ end: 12 * S } as Timeline);
  const fold = edge.start({ plan, devices: [0, 1, 2] } as never, book);
  for (const entry of [
    at(0, 'edge/set', { why: 'boot' }),
    at(1, 'online'),
    at(1, 'edge/set', { why: 'taken over' }),
    read(2, 1),
    switched(2, 1, true),
    at(3, 'offline'),
    read(4, 1),
    switched(4.5, 1, false),
    read(5, 2),
    switched(5, 2, true, false),
  ])
    fold.step?.(entry);
  fold.end();
  const { lead, figures, wholes, spans, tables } = edge.tell(book, plan, NO_ORACLE);
  expect(lead).toBe('3 decisions, each within 500 ms; 2 of them without an uplink.');
  expect(figures.map(({ value }) => value)).toEqual([1, 2, 3, 1, 1]);
  expect(wholes[0]?.parts.map(({ count }) => count)).toEqual([1, 2]);
  expect(spans.map(({ count, max }) => [count, max])).toEqual([[3, 500]]);
  expect(tables[0]?.rows).toEqual([
    ['kids/1', 'gates/1', 2],
    ['kids/2', 'gates/1', 1],
  ]);
});
