/**
 * Segments of a ledger, with every op that there is and one that a capability declares, damaged in
 * every way. Reading stops at the damage and says how much it left out: what it hands out is what
 * was written, from the first entry on, and never nonsense.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../testing/fuzz.ts';
import { LedgerEncoder } from './encoder.ts';
import type { FieldsOf, LedgerEntry, SegmentHeader } from './entry.ts';
import { type OpPlan, opTable } from './layout.ts';
import type { DeclaredOp, FieldForm, OpName } from './ops.ts';
import { bytesSource, SegmentReader } from './reader.ts';

export const HEADER: SegmentHeader = {
  schema: 'twinstorm.ledger/1',
  segment: 'shard-0',
  planSha256: 'ab'.repeat(32),
  lanes: [1, 2, 3],
};

/** What a capability might declare, with every form of field. */
export const ECHO: OpPlan = {
  name: 'echo/heard',
  code: 64,
  fields: { device: 'device', n: 'count', loud: 'boolean', gain: 'signed', words: 'text' },
};
export const TABLE = opTable([ECHO]);

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

export interface Row {
  t: number;
  op: OpName | DeclaredOp;
  fields: object;
}

const entry = fc.constantFrom(...TABLE.byName.values()).chain(({ name, names, forms }) =>
  fc.record({
    dt: fc.nat({ max: 5_000_000 }),
    op: fc.constant(name),
    fields: fc.record(
      Object.fromEntries(names.map((field, i) => [field, values[forms[i] as FieldForm]])),
    ),
  }),
);

/** What a writer may write, in the order of time. */
export const rowsUpTo = (maxLength: number): fc.Arbitrary<Row[]> =>
  fc.array(entry, { maxLength }).map((drawn) => {
    let t = 0;
    return drawn.map(({ dt, op, fields }) => {
      t += dt;
      return { t, op, fields };
    });
  });

/** A block after each `every` rows, so that damage can hit one and not the next. */
export function encode(rows: readonly Row[], every = Number.POSITIVE_INFINITY): Uint8Array {
  const parts: Uint8Array[] = [];
  const encoder = new LedgerEncoder(HEADER, (bytes) => parts.push(bytes), TABLE);
  for (const [index, { t, op, fields }] of rows.entries()) {
    encoder.write(t, op, fields as FieldsOf<typeof op>);
    if (index % every === every - 1) encoder.flush();
  }
  encoder.flush();
  return Buffer.concat(parts);
}

export function readAll(bytes: Uint8Array): { entries: LedgerEntry[]; torn: number } {
  const reader = new SegmentReader(bytesSource(bytes), TABLE);
  const entries: LedgerEntry[] = [];
  for (let next = reader.next(); next !== null; next = reader.next()) entries.push({ ...next });
  return { entries, torn: reader.tornBytes };
}

export const entryOfRow = ({ fields, ...row }: Row): LedgerEntry =>
  ({ device: -1, ...row, ...fields }) as LedgerEntry;

/** What a file may be refused for before the first entry. */
const REFUSED = /not a ledger|ledger version|ledger header|cut off|damaged/;

const segment = rowsUpTo(12).chain((rows) =>
  fc.record({ rows: fc.constant(rows), bytes: damaged(fc.constant(encode(rows, 3))) }),
);

export default (() => [
  defineFuzz({
    parser: 'ledger',
    about: 'segments with every op, damaged, and noise',
    input: segment,
    survives: ({ rows, bytes }) => {
      let read: ReturnType<typeof readAll>;
      try {
        read = readAll(bytes);
      } catch (error) {
        assert.match((error as Error).message, REFUSED);
        return;
      }
      const { entries, torn } = read;
      assert.deepEqual(entries, rows.slice(0, entries.length).map(entryOfRow));
      // Cut off between two blocks, it is a whole segment: that it was not closed says the last op.
      const whole = encode(rows, 3).subarray(0, bytes.length);
      if (Buffer.compare(whole, bytes) !== 0) assert(torn > 0, 'damage went unnoticed');
    },
  }),
]) satisfies FuzzSource;
