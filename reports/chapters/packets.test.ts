/** What the chapter tells of two packets. */
import { expect, it } from 'vitest';
import type { LedgerEntry, Plan } from '#kernel';
import type { Timeline } from '#oracles';
import { ChapterBook } from '../judging/chapter-book.ts';
import { NO_ORACLE } from '../testing/oracles.ts';
import packets from './packets.ts';

const S = 1_000_000;
const packet = (seconds: number, parcels: number, bytes: number, apart: number): LedgerEntry =>
  ({
    ...{ t: seconds * S, op: 'packets/sent', device: 0, packet: 0 },
    ...{ parcels, payload: bytes, bytes, apart, waitedMs: 100 * parcels },
  }) as unknown as LedgerEntry;

function bookOf(...entries: LedgerEntry[]): ChapterBook {
  const book = new ChapterBook({ end: 12 * S } as Timeline);
  const fold = packets.start({ plan: {}, devices: [0] } as never, book);
  for (const entry of entries) fold.step?.(entry);
  fold.end();
  return book;
}

it('tells how many went in how many, and what that saved', () => {
  const book = bookOf(packet(1, 4, 300, 500), packet(2, 2, 150, 250));
  const { lead, figures, wholes, spans } = packets.tell(book, {} as Plan, NO_ORACLE);
  expect(lead).toBe('6 messages went in 2 packets: 450 B in place of 750 B.');
  expect(figures.map(({ value }) => value)).toEqual([3, 450, 750, 0.4]);
  expect(wholes[0]?.parts.map(({ count }) => count)).toEqual([2, 4]);
  expect(spans[0]).toMatchObject({ count: 2, max: 400 });
});

it('is left out where nobody packs', () => {
  expect(packets.has?.(bookOf())).toBe(false);
});
