/** The ledger must give back what was put in, cost what it promises, and lose only a torn tail. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entry, type EntryFields, OP, type OpName, type SegmentHeader } from './ledger.ts';
import { bytesSource, crc32, LedgerEncoder, SegmentReader } from './ledger-codec.ts';

const HEADER: SegmentHeader = {
  schema: 'twinstorm.ledger/1',
  segment: 'shard-0',
  planSha256: 'ab'.repeat(32),
  lanes: [1, 2, 3],
};

const names = Object.keys(OP) as OpName[];
const entry = fc.record({
  dt: fc.nat({ max: 5_000_000 }),
  op: fc.constantFrom(...names),
  device: fc.integer({ min: -1, max: 200_000 }),
  stream: fc.nat({ max: 7 }),
  n: fc.nat({ max: 2 ** 31 }),
  a: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
  b: fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
  hash: fc.nat({ max: 0xffffffff }),
  flags: fc.nat({ max: 255 }),
  text: fc.string({ maxLength: 40, unit: 'grapheme' }),
});

function encode(rows: readonly (EntryFields & { t: number; op: OpName })[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const encoder = new LedgerEncoder(HEADER, (bytes) => parts.push(bytes));
  for (const row of rows) encoder.write(row.t, row.op, row);
  encoder.flush();
  return Buffer.concat(parts);
}

function readAll(bytes: Uint8Array): { entries: Entry[]; torn: number } {
  const reader = new SegmentReader(bytesSource(bytes));
  const entries: Entry[] = [];
  for (let next = reader.next(); next !== null; next = reader.next()) entries.push({ ...next });
  return { entries, torn: reader.tornBytes };
}

describe('ledger', () => {
  it('gives back every field that an op carries, in order', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 400 }), (drawn) => {
        let t = 0;
        const rows = drawn.map((row) => {
          t += row.dt;
          return { ...row, t };
        });
        const { entries, torn } = readAll(encode(rows));
        expect(torn).toBe(0);
        expect(entries.length).toBe(rows.length);
        entries.forEach((got, i) => {
          const put = rows[i];
          expect(got.t).toBe(put?.t);
          expect(got.op).toBe(put?.op);
          for (const field of [
            'device',
            'stream',
            'n',
            'a',
            'b',
            'hash',
            'flags',
            'text',
          ] as const) {
            const absent =
              field === 'text' ? '' : field === 'device' || field === 'stream' ? -1 : 0;
            if (got[field] !== absent) expect(got[field]).toBe(put?.[field]);
          }
        });
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  it('costs at most 16 bytes an event in steady state', () => {
    const parts: Uint8Array[] = [];
    const encoder = new LedgerEncoder(HEADER, (bytes) => parts.push(bytes));
    for (let k = 0; k < 60_000; k++) {
      const device = (k * 7919) % 20_000;
      const message = {
        device,
        stream: 0,
        n: 300 + Math.floor(k / 20_000),
        hash: (k * 2654435761) >>> 0,
        flags: 1,
      };
      encoder.write(k * 100, 'sent', { ...message, a: 400 + (k % 900) });
      encoder.write(k * 100 + 30, 'acked', message);
      encoder.write(k * 100 + 60, 'observed', { ...message, a: 1 });
    }
    encoder.flush();
    expect(encoder.bytes / encoder.entries).toBeLessThanOrEqual(16);
  });

  it('loses only the torn tail, and says how much', () => {
    const rows = Array.from({ length: 20_000 }, (_, k) => ({
      t: k * 1000,
      op: 'sent' as const,
      device: k % 50,
      stream: 0,
      n: k,
      a: 0,
      hash: k,
      flags: 1,
    }));
    const bytes = encode(rows);
    const whole = readAll(bytes).entries.length;
    for (const cut of [1, 13, 500, 30_000, 60_000]) {
      const { entries, torn } = readAll(bytes.subarray(0, bytes.length - cut));
      expect(torn).toBeGreaterThan(0);
      expect(entries.length).toBeLessThan(whole);
      expect(entries.at(-1)?.n).toBe(entries.length - 1);
    }
  });

  it('stops at a damaged block instead of reading nonsense', () => {
    const rows = Array.from({ length: 20_000 }, (_, k) => ({
      t: k,
      op: 'acked' as const,
      device: 1,
      stream: 0,
      n: k,
    }));
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (where, flip) => {
        const bytes = Uint8Array.from(encode(rows));
        const head = 13 + JSON.stringify(HEADER).length + 4;
        const at = head + (where % (bytes.length - head));
        bytes[at] = (bytes[at] as number) ^ flip;
        const { entries, torn } = readAll(bytes);
        expect(torn).toBeGreaterThan(0);
        expect(entries.map((got) => got.n)).toEqual(entries.map((_, i) => i));
      }),
      { seed: 11, numRuns: 40 },
    );
  });

  it('refuses a file that is no ledger', () => {
    expect(() => new SegmentReader(bytesSource(new Uint8Array(40)))).toThrow(/not a ledger/);
  });

  it('computes the usual CRC-32', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });
});
