/** Every format holds the same rows, whatever is in them, as readers that are not ours say. */
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { isoOf, type Rows, roomFor, type Table } from '#kernel';
import type { Format } from './format.ts';
import { csv } from './formats/csv.ts';
import { jsonl } from './formats/jsonl.ts';
import { parquet } from './formats/parquet.ts';

const TABLE: Table = {
  name: 't',
  about: 'A table of every form',
  columns: [
    { name: 'who, "exactly"', form: 'text', unit: '', about: 'A name', isOptional: true },
    { name: 'at', form: 'instant', unit: '', about: 'A time' },
    { name: 'ended', form: 'instant', unit: '', about: 'A time, or none', isOptional: true },
    { name: 'n', form: 'integer', unit: '', about: 'A number' },
    { name: 'x', form: 'number', unit: 'K', about: 'A measure' },
    { name: 'y', form: 'number', unit: 'K', about: 'A measure, or none', isOptional: true },
  ],
};

type Row = [string | null, number, number | null, number, number, number | null];

const instant = fc.integer({ min: 0, max: 250_000_000_000_000 });
const measure = fc.double({ noNaN: true, noDefaultInfinity: true });
const row: fc.Arbitrary<Row> = fc.tuple(
  fc.option(fc.string({ unit: 'grapheme', maxLength: 12 })),
  instant,
  fc.option(instant),
  fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  measure,
  fc.option(measure),
);
const blocks = fc.array(fc.array(row, { minLength: 1, maxLength: 20 }), { maxLength: 4 });

function encoded(format: Format, given: readonly Row[][]): Uint8Array {
  const encoder = format.open(TABLE);
  const parts = given.map((rows) => encoder.rows(blockOf(rows)));
  return Buffer.concat([...parts, encoder.end()]);
}

function blockOf(rows: readonly Row[]): Rows {
  const cells = roomFor(TABLE, rows.length + 3);
  rows.forEach((cellsOf, at) => {
    cellsOf.forEach((cell, column) => {
      const into = cells[column];
      if (into instanceof Float64Array) into[at] = cell === null ? Number.NaN : Number(cell);
      else if (into !== undefined) into[at] = cell as string | null;
    });
  });
  return { count: rows.length, cells };
}

/** An instant is text; in text −0 is 0 as well. */
const shown = ([who, at, ended, n, x, y]: Row, zero: 0 | -0 = 0): unknown[] => [
  who,
  isoOf(at),
  ended === null ? null : isoOf(ended),
  n,
  x + zero,
  y === null ? null : y + zero,
];

describe('a format', () => {
  it('of JSON lines holds what it is given', () => {
    fc.assert(
      fc.property(blocks, (given) => {
        const text = new TextDecoder().decode(encoded(jsonl, given));
        const read = text.split('\n').filter((line) => line !== '');
        const rows = read.map((line) => Object.values(JSON.parse(line) as object));
        expect(rows).toEqual(given.flat().map((one) => shown(one)));
      }),
    );
  });

  it('of Parquet holds what it is given', async () => {
    await fc.assert(
      fc.asyncProperty(blocks, async (given) => {
        const bytes = encoded(parquet, given);
        const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
        const rows = (await parquetReadObjects({ file: file as ArrayBuffer })) as Record<
          string,
          unknown
        >[];
        const read = rows.map((one) =>
          Object.values(one).map((cell) => (cell instanceof Date ? cell.toISOString() : cell)),
        );
        expect(read).toEqual(given.flat().map((one) => shown(one, -0)));
        const { row_groups: groups, key_value_metadata: told } = parquetMetadata(
          file as ArrayBuffer,
        );
        expect(groups.map((group) => Number(group.num_rows))).toEqual(
          given.map((one) => one.length),
        );
        expect(told?.map(({ key }) => key)).toEqual(['twinstorm.columns']);
      }),
    );
  });

  it('of commas holds what it is given', () => {
    fc.assert(
      fc.property(blocks, (given) => {
        const [head, ...rows] = cellsIn(new TextDecoder().decode(encoded(csv, given)));
        expect(head).toEqual(TABLE.columns.map(({ name }) => name));
        const wanted = given.flat().map((one) => shown(one).map((cell) => String(cell ?? '')));
        expect(rows).toEqual(wanted);
      }),
    );
  });

  it('of commas tells an empty text from none', () => {
    const text = new TextDecoder().decode(encoded(csv, [[['', 0, null, 1, 2, null]]]));
    expect(text.split('\n')[1]).toBe('"",1970-01-01T00:00:00.000Z,,1,2,');
  });

  it('writes a table without rows', () => {
    const sizes = [csv, jsonl, parquet].map((format) => encoded(format, []).length);
    expect(sizes[0]).toBeGreaterThan(10);
    expect(sizes[1]).toBe(0);
    expect(sizes[2]).toBeGreaterThan(100);
  });
});

/** RFC 4180, read one character after the other. */
function cellsIn(text: string): string[][] {
  const rows: string[][] = [];
  let [cells, cell, isQuoted] = [[] as string[], '', false];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (isQuoted && character === '"' && text[at + 1] === '"') {
      cell += '"';
      at++;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === ',') {
      cells.push(cell);
      cell = '';
    } else if (!isQuoted && character === '\n') {
      rows.push([...cells, cell]);
      [cells, cell] = [[], ''];
    } else cell += character;
  }
  return rows;
}
