/** The ledger must give back what was put in, cost what it promises, and lose only a torn tail. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { LedgerEncoder } from './encoder.ts';
import type { DeclaredEntry, FieldsOf, LedgerEntry, SegmentHeader } from './entry.ts';
import { type OpPlan, opTable } from './layout.ts';
import { type DeclaredOp, type FieldForm, OPS, type OpName } from './ops.ts';
import { bytesSource, SegmentReader } from './reader.ts';

const HEADER: SegmentHeader = {
  schema: 'twinstorm.ledger/1',
  segment: 'shard-0',
  planSha256: 'ab'.repeat(32),
  lanes: [1, 2, 3],
};

/** What a capability might declare, with every form of field. */
const ECHO: OpPlan = {
  name: 'echo/heard',
  code: 64,
  fields: { device: 'device', n: 'count', loud: 'boolean', gain: 'signed', words: 'text' },
};
const TABLE = opTable([ECHO]);

const values: Readonly<Record<FieldForm, fc.Arbitrary<number | boolean | string>>> = {
  device: fc.integer({ min: -1, max: 200_000 }),
  stream: fc.nat({ max: 255 }),
  count: fc.nat({ max: 2 ** 31 }),
  signed: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
  boolean: fc.boolean(),
  hash: fc.nat({ max: 0xffffffff }),
  flags: fc.nat({ max: 255 }),
  text: fc.string({ maxLength: 40, unit: 'grapheme' }),
};

const entry = fc.constantFrom(...TABLE.byName.values()).chain(({ name, names, forms }) =>
  fc.record({
    dt: fc.nat({ max: 5_000_000 }),
    op: fc.constant(name),
    fields: fc.record(
      Object.fromEntries(names.map((field, i) => [field, values[forms[i] as FieldForm]])),
    ),
  }),
);

interface Row {
  t: number;
  op: OpName | DeclaredOp;
  fields: object;
}

function encode(rows: readonly Row[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const encoder = new LedgerEncoder(HEADER, (bytes) => parts.push(bytes), TABLE);
  for (const { t, op, fields } of rows) encoder.write(t, op, fields as FieldsOf<typeof op>);
  encoder.flush();
  return Buffer.concat(parts);
}

function readAll(bytes: Uint8Array): { entries: LedgerEntry[]; torn: number } {
  const reader = new SegmentReader(bytesSource(bytes), TABLE);
  const entries: LedgerEntry[] = [];
  for (let next = reader.next(); next !== null; next = reader.next()) entries.push({ ...next });
  return { entries, torn: reader.tornBytes };
}

const numbersOf = (entries: readonly LedgerEntry[]): unknown[] =>
  entries.map((one) => (one as DeclaredEntry).n);

describe('ledger', () => {
  it('gives back every field that an op carries, in order', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 400 }), (drawn) => {
        let t = 0;
        const rows = drawn.map(({ dt, op, fields }) => {
          t += dt;
          seen.add(op);
          return { t, op, fields };
        });
        const { entries, torn } = readAll(encode(rows));
        expect(torn).toBe(0);
        expect(entries).toEqual(
          rows.map(({ fields, ...row }) => ({ device: -1, ...row, ...fields })),
        );
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
    expect(() => encoder.write(0, 'echo/heard', {})).toThrow(/declares no op echo\/heard/);
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

  it('refuses a file that is no ledger', () => {
    expect(() => new SegmentReader(bytesSource(new Uint8Array(40)))).toThrow(/not a ledger/);
  });

  it('computes the usual CRC-32', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });
});
