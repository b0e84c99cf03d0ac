/** The ledger must give back what was put in, cost what it promises, and lose only a torn tail. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { LedgerEncoder } from './encoder.ts';
import type { DeclaredEntry, LedgerEntry } from './entry.ts';
import { type OpPlan, opTable } from './layout.ts';
import { type FieldForm, OPS } from './ops.ts';
import fuzzes, {
  ECHO,
  encode,
  entryOfRow,
  HEADER,
  readAll,
  rowsUpTo,
  TABLE,
} from './reader.fuzz.ts';
import { bytesSource, SegmentReader } from './reader.ts';

const numbersOf = (entries: readonly LedgerEntry[]): unknown[] =>
  entries.map((one) => (one as DeclaredEntry).n);

describe('ledger', () => {
  it('gives back every field that an op carries, in order', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(rowsUpTo(400), (rows) => {
        for (const { op } of rows) seen.add(op);
        const { entries, torn } = readAll(encode(rows));
        expect(torn).toBe(0);
        expect(entries).toEqual(rows.map(entryOfRow));
      }),
      { seed: 7, numRuns: 60 },
    );
    expect([...seen].sort()).toEqual([...TABLE.byName.keys()].sort());
  });

  it('has a code of its own for every op, and leaves the upper ones to capabilities', () => {
    const codes = Object.values(OPS).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(Math.max(...codes)).toBeLessThan(64);
    expect(() => opTable([ECHO, { ...ECHO, name: 'echo/said' }])).toThrow(/two ops have the code/);
    expect(() => opTable([{ ...ECHO, code: 20 }])).toThrow(/has the code 20/);
  });

  it('refuses an op that the plan does not declare', () => {
    const encoder = new LedgerEncoder(HEADER, () => {});
    expect(() => encoder.write(0, 'echo/heard', {})).toThrow(/declares no op 'echo\/heard'/);
  });

  const declared = (fields: OpPlan['fields']): OpPlan => ({ name: 'a/b', code: 64, fields });

  it('refuses a field that the op does not declare, whatever it is called', () => {
    const encoder = new LedgerEncoder(HEADER, () => {}, opTable([declared({ n: 'count' })]));
    for (const field of ['device', 'm']) {
      const write = () => encoder.write(0, 'a/b', { n: 1, [field]: 7 });
      expect(write).toThrow(`the op a/b declares no field '${field}'`);
    }
  });

  it.each<[FieldForm, holds: number[], not: number[]]>([
    ['device', [-1, 0, 2 ** 52], [-2, 0.5, 2 ** 53]],
    ['stream', [0, 255], [-1, 256]],
    ['flags', [0, 255], [-1, 256]],
    ['count', [0, 2 ** 53 - 1], [-1, 2 ** 53]],
    ['signed', [-(2 ** 52), 2 ** 52 - 1], [-(2 ** 52) - 1, 2 ** 52]],
    ['hash', [0, 2 ** 32 - 1], [-1, 2 ** 32]],
  ])('gives back whatever a %s holds, and refuses the rest', (form, holds, not) => {
    const parts: Uint8Array[] = [];
    const table = opTable([declared({ value: form })]);
    const encoder = new LedgerEncoder(HEADER, (bytes) => parts.push(bytes), table);
    for (const value of holds) encoder.write(0, 'a/b', { value });
    for (const value of not)
      expect(() => encoder.write(0, 'a/b', { value })).toThrow(`must be written with a ${form}`);
    encoder.flush();
    const reader = new SegmentReader(bytesSource(Buffer.concat(parts)), table);
    for (const value of holds) expect(reader.next()).toMatchObject({ value });
    expect([reader.next(), reader.tornBytes]).toEqual([null, 0]);
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
      };
      const bytes = { hash: (k * 2654435761) >>> 0, flags: 1 };
      encoder.write(k * 100, 'sent', { ...message, ...bytes, late: 400 + (k % 900) });
      encoder.write(k * 100 + 30, 'acked', message);
      encoder.write(k * 100 + 60, 'observed', { ...message, ...bytes, epoch: 1 });
    }
    encoder.flush();
    expect(encoder.bytes / encoder.entries).toBeLessThanOrEqual(16);
  });

  it('loses only the torn tail, and says how much', () => {
    const rows = Array.from({ length: 20_000 }, (_, k) => ({
      t: k * 1000,
      op: 'sent' as const,
      fields: { device: k % 50, stream: 0, n: k, late: 0, hash: k, flags: 1 },
    }));
    const bytes = encode(rows);
    const whole = readAll(bytes).entries.length;
    for (const cut of [1, 13, 500, 30_000, 60_000]) {
      const { entries, torn } = readAll(bytes.subarray(0, bytes.length - cut));
      expect(torn).toBeGreaterThan(0);
      expect(entries.length).toBeLessThan(whole);
      expect(numbersOf(entries).at(-1)).toBe(entries.length - 1);
    }
  });

  it('stops at a damaged block instead of reading nonsense', () => {
    const rows = Array.from({ length: 20_000 }, (_, k) => ({
      t: k,
      op: 'acked' as const,
      fields: { device: 1, stream: 0, n: k },
    }));
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (where, flip) => {
        const bytes = Uint8Array.from(encode(rows));
        const head = 13 + JSON.stringify(HEADER).length + 4;
        const at = head + (where % (bytes.length - head));
        bytes[at] = (bytes[at] as number) ^ flip;
        const { entries, torn } = readAll(bytes);
        expect(torn).toBeGreaterThan(0);
        expect(numbersOf(entries)).toEqual(entries.map((_, i) => i));
      }),
      { seed: 11, numRuns: 40 },
    );
  });

  it.each(fuzzes())('reads no nonsense: $about', ({ input, survives }) => {
    fc.assert(fc.property(input, survives), { seed: 12, numRuns: 500 });
  });

  it('refuses a file that is no ledger', () => {
    expect(() => new SegmentReader(bytesSource(new Uint8Array(40)))).toThrow(/not a ledger/);
  });

  it('computes the usual CRC-32', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });
});
