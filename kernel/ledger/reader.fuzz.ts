/**
 * Segments of a ledger, with every op that there is and one that a capability declares, damaged in
 * every way. What is handed out is what was written, in its order, and never nonsense; whatever was
 * damaged is told, and without a hole among it everything is there.
 */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../testing/fuzz.ts';
import { bytesSource } from './blocks.ts';
import { type Damage, isHole } from './damage.ts';
import { LedgerEncoder } from './encoder.ts';
import type { FieldsOf, LedgerEntry, SegmentHeader } from './entry.ts';
import { type OpPlan, opTable } from './layout.ts';
import type { DeclaredOp, FieldForm, OpName } from './ops.ts';
import { SegmentReader } from './reader.ts';

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
export function encode(
  rows: readonly Row[],
  every = Number.POSITIVE_INFINITY,
  header = HEADER,
): Uint8Array {
  const parts: Uint8Array[] = [];
  const encoder = new LedgerEncoder(header, (bytes) => parts.push(bytes), TABLE);
  for (const [index, { t, op, fields }] of rows.entries()) {
    encoder.write(t, op, fields as FieldsOf<typeof op>);
    if (index % every === every - 1) encoder.flush();
  }
  encoder.close();
  return Buffer.concat(parts);
}

interface ReadBack {
  entries: LedgerEntry[];
  damage: readonly Damage[];
  isClosed: boolean;
}

export function readAll(bytes: Uint8Array): ReadBack {
  const reader = new SegmentReader(bytesSource(bytes), TABLE);
  const entries: LedgerEntry[] = [];
  for (let next = reader.next(); next !== null; next = reader.next()) entries.push({ ...next });
  return { entries, damage: reader.damage, isClosed: reader.isClosed };
}

export const entryOfRow = ({ fields, ...row }: Row): LedgerEntry =>
  ({ device: -1, ...row, ...fields }) as LedgerEntry;

/** What a file may be refused for before the first entry. */
const REFUSED = /not a ledger|ledger version|header is (?:cut off|damaged)/;

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
      const { entries, damage, isClosed } = read;
      const written = rows.map(entryOfRow);
      let at = 0;
      for (const entry of entries) {
        while (at < written.length && !isDeepStrictEqual(written[at], entry)) at++;
        assert(at++ < written.length, 'an entry that was not written there');
      }
      if (isClosed && !damage.some(isHole)) assert.deepEqual(entries, written);
      const isWhole = Buffer.compare(encode(rows, 3), bytes) === 0;
      assert.equal(damage.length === 0, isWhole, 'damage is told, and only damage');
    },
  }),
]) satisfies FuzzSource;
