/** A table takes room for what there is, remembers all of it, and goes through it in order. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NUMBERS_MAX } from '#kernel';
import { HAPPENED, MessageTable } from './message-table.ts';

/** Bytes of buffers that are outside the heap; small arrays lie within it. */
function bytesFor(numbers: readonly number[], planned = 0): number {
  const before = process.memoryUsage().arrayBuffers;
  const table = new MessageTable(planned);
  for (const n of numbers) {
    table.admit(n);
    table.mark(n, HAPPENED.sent);
  }
  const bytes = process.memoryUsage().arrayBuffers - before;
  expect(numbers.every((n) => table.has(n, HAPPENED.sent))).toBe(true);
  return bytes;
}

it('takes no room between a few numbers that lie far apart', () => {
  const [last, middle] = [NUMBERS_MAX - 1, NUMBERS_MAX / 2 + 63];
  expect(bytesFor([last])).toBeLessThan(10_000);
  expect(bytesFor([0, 1, 2, middle, last, 5])).toBeLessThan(20_000);
  expect(bytesFor(Array.from({ length: 26 }, (_, power) => 2 ** power))).toBeLessThan(50_000);
  expect(bytesFor([3], NUMBERS_MAX)).toBeLessThan(10_000);
});

it('has a bit of its own for each thing that happens, and room for all of them', () => {
  const bits = Object.values(HAPPENED);
  expect(bits).toEqual(bits.map((_, index) => 2 ** index));
  expect(bits.length).toBeLessThanOrEqual(16);
});

it('takes 20 bytes for a message of a dense stream', () => {
  const count = 1000;
  const before = process.memoryUsage().arrayBuffers;
  const tables = Array.from({ length: count }, () => new MessageTable(64));
  for (const table of tables) table.admit(0);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(count * 64 * 21);
  expect(tables).toHaveLength(count);
});

it('takes a page no longer than the plan asks for', () => {
  const count = 2000;
  const before = process.memoryUsage().arrayBuffers;
  // The last message of each lies alone on its page, where a whole page takes 1280 bytes.
  const tables = Array.from({ length: count }, () => new MessageTable(65));
  for (const table of tables) table.admit(64);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(count * 200);
  expect(tables).toHaveLength(count);
});

it('visits what is planned and what is there, and nothing between', () => {
  const table = new MessageTable(3);
  for (const n of [NUMBERS_MAX - 1, 70, 4, NUMBERS_MAX]) {
    if (table.admit(n)) table.mark(n, HAPPENED.sent);
  }
  table.admit(71);
  const visited: number[] = [];
  table.each((n) => visited.push(n));
  expect(visited).toEqual([0, 1, 2, 4, 70, NUMBERS_MAX - 1]);
  expect(table.length).toBe(NUMBERS_MAX);
  expect([NUMBERS_MAX - 1, NUMBERS_MAX].map((n) => table.admit(n))).toEqual([true, false]);
});

it('keeps nothing of a message that has no room, and grows by one that has', () => {
  const table = new MessageTable(3);
  table.mark(70, HAPPENED.sent);
  expect([table.has(70, HAPPENED.sent), table.length]).toEqual([false, 3]);
  table.admit(3);
  expect(table.length).toBe(4);
});

it('visits each message of a dense stream once, wherever its pages end', () => {
  for (const planned of [0, 63, 64, 65, 200]) {
    const table = new MessageTable(planned);
    for (let n = 0; n < 200; n++) {
      table.admit(n);
      table.mark(n, HAPPENED.sent);
    }
    const visited: number[] = [];
    table.each((n) => visited.push(n));
    expect(visited).toEqual(Array.from({ length: 200 }, (_, n) => n));
  }
});

it('keeps each thing that it is told of a message apart from all others', () => {
  const u32 = fc.nat({ max: 0xffff_ffff });
  const n = fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: NUMBERS_MAX - 1 }));
  const told = fc.record({
    n,
    flags: fc.nat({ max: 16_383 }),
    off: fc.nat({ max: 16_383 }),
    mark: fc.nat({ max: 255 }),
    sent: fc.nat({ max: 20 }),
    seen: fc.nat({ max: 20 }),
    hash: u32,
    at: fc.array(u32, { minLength: 3, maxLength: 3 }),
  });
  const messages = fc.uniqueArray(told, { selector: (one) => one.n, maxLength: 30 });
  fc.assert(
    fc.property(messages, fc.nat({ max: 300 }), (all, planned) => {
      const table = new MessageTable(planned);
      for (const { n, flags, off, mark, sent, seen, hash, at } of all) {
        table.admit(n);
        table.setMark(n, 255 - mark);
        table.mark(n, flags);
        for (let k = 0; k < sent; k++) table.countSent(n);
        for (let k = 0; k < seen; k++) table.countSeen(n);
        table.setHash(n, hash);
        table.setMark(n, mark);
        table.unmark(n, off);
        const [sentAt = 0, ackedAt = 0, seenAt = 0] = at;
        table.setSentAt(n, sentAt * 100 + 99);
        table.setAckedAt(n, ackedAt * 100);
        table.setSeenAt(n, seenAt * 100 + 1);
      }
      for (const { n, flags, off, mark, sent, seen, hash, at } of all) {
        expect([table.flags(n), table.markOf(n), table.hash(n)]).toEqual([
          flags & ~off,
          mark,
          hash,
        ]);
        expect([table.sentCount(n), table.seenCount(n)]).toEqual([
          Math.min(15, sent),
          Math.min(15, seen),
        ]);
        expect([table.sentAt(n), table.ackedAt(n), table.seenAt(n)]).toEqual(
          at.map((tick) => tick * 100),
        );
      }
    }),
    { seed: 71, numRuns: 200 },
  );
});
