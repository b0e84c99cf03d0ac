/** What the chapter tells of a gateway, from a ledger short enough to count by hand. */
import { expect, it } from 'vitest';
import type { LedgerEntry, Plan } from '#kernel';
import type { Timeline } from '#oracles';
import { ChapterBook } from '../judging/chapter-book.ts';
import { NO_ORACLE } from '../testing/oracles.ts';
import gateways from './gateways.ts';

const plan = {
  entries: [{ parts: [{ kind: 'gateway' }] }, { parts: [] }],
  devices: [
    { id: 'gates/1', entry: 0 },
    { id: 'kids/1', entry: 1, via: 0 },
    { id: 'gates/2', entry: 0 },
  ],
} as unknown as Plan;

const S = 1_000_000;
const at = (seconds: number, op: string, n: number, more: object = {}): LedgerEntry =>
  ({
    ...{ t: seconds * S, op: `gateway/${op}`, device: 0, child: 1, stream: 0, n },
    ...more,
  }) as unknown as LedgerEntry;

it('counts what came, what went and what waited in between', () => {
  const book = new ChapterBook({ end: 12 * S } as Timeline);
  const fold = gateways.start({ plan, devices: [0, 1, 2] } as never, book);
  for (const entry of [
    at(1, 'took', 0, { bytes: 100 }),
    at(1, 'passed', 0, { backlog: false }),
    at(2, 'took', 1, { bytes: 50 }),
    at(3, 'took', 2, { bytes: 50 }),
    at(4, 'took', 3, { bytes: 50 }),
    at(4, 'dropped', 1, { why: 'gateway-full' }),
    at(6, 'passed', 2, { backlog: true }),
    at(7, 'restored', 2),
    at(8, 'passed', 2, { backlog: true }),
    at(9, 'dropped', 2, { why: 'lost in power-cut' }),
  ])
    fold.step?.(entry);
  fold.end();
  const { lead, figures, wholes, spans, series, tables } = gateways.tell(book, plan, NO_ORACLE);
  expect(lead).toMatch(/^4 messages of 1 child device taken in: 2 sent on, 1 given up/);
  expect(figures.map(({ value }) => value)).toEqual([2, 1, 250, 1, 1]);
  expect(wholes[0]?.parts.map(({ count }) => count)).toEqual([1, 2, 1, 1]);
  expect(spans.map(({ count, max }) => [count, max])).toEqual([
    [1, 0],
    [2, 3000],
  ]);
  // A bucket is 100 ms; the fourth message still waits at the end.
  const waits = series[0]?.values ?? [];
  expect([5, 15, 25, 35, 45, 65, 75, 85, 119].map((bucket) => waits[bucket])).toEqual([
    0, 0, 1, 2, 2, 1, 2, 1, 1,
  ]);
  expect(tables[0]?.rows).toEqual([
    ['gates/1', 3, 1],
    ['gates/2', 0, 0],
  ]);
});

it('tells what is in two gateways at once of each', () => {
  const book = new ChapterBook({ end: 12 * S } as Timeline);
  const fold = gateways.start({ plan, devices: [0, 1, 2] } as never, book);
  for (const entry of [
    at(1, 'took', 0, { bytes: 1 }),
    at(2, 'took', 0, { bytes: 1, device: 2 }),
    at(3, 'passed', 0, { backlog: false }),
    at(5, 'passed', 0, { backlog: false, device: 2 }),
  ])
    fold.step?.(entry);
  fold.end();
  const { wholes, spans } = gateways.tell(book, plan, NO_ORACLE);
  expect(wholes[0]?.parts.map(({ count }) => count)).toEqual([2, 0, 0, 0]);
  expect(spans[0]).toMatchObject({ count: 2, max: 3000 });
});
