/**
 * Apache Parquet: typed columns in row groups, compressed by snappy, which every reader knows.
 * Units and meanings go into the file, so it tells what it holds without its folder.
 */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Cells, Column, ColumnForm, Table } from '#kernel';
import type { Format } from '../format.ts';

type Writing = ConstructorParameters<typeof ParquetWriter>[0];
type Schema = Writing['schema'];

const TYPES: Readonly<Record<ColumnForm, Omit<Schema[number], 'name'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  instant: {
    type: 'INT64',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
  integer: { type: 'INT32' },
  number: { type: 'DOUBLE' },
};

const US_PER_MS = 1000n;

export const parquet: Format = {
  kind: 'parquet',
  summary: 'Apache Parquet, compressed by snappy',
  extension: '.parquet',
  rowsAtOnce: 65_536,
  open: (table) => {
    const bytes = new ByteWriter(1 << 16);
    const { columns } = table;
    const writer = new ParquetWriter({
      writer: bytes,
      schema: schemaOf(table),
      kvMetadata: [{ key: 'twinstorm.columns', value: JSON.stringify(columns) }],
      createdBy: 'twinstorm',
    });
    const taken = (): Uint8Array => {
      const out = bytes.getBytes().slice();
      bytes.index = 0;
      return out;
    };
    return {
      rows: ({ count, cells }) => {
        const columnData = columns.map((column, at) => ({
          name: column.name,
          data: valuesOf(column, cells[at] ?? [], count),
        }));
        // Into memory, at once: there is nothing to wait for.
        void writer.write({ columnData, rowGroupSize: Math.max(1, count) });
        return taken();
      },
      end: () => {
        void writer.finish();
        return taken();
      },
    };
  },
};

const schemaOf = ({ columns }: Table): Schema => [
  { name: 'root', num_children: columns.length },
  ...columns.map(({ name, form, isOptional }) => ({
    ...TYPES[form],
    name,
    repetition_type: isOptional === true ? ('OPTIONAL' as const) : ('REQUIRED' as const),
  })),
];

type Values = Parameters<ParquetWriter['write']>[0]['columnData'][number]['data'];

function valuesOf({ form, isOptional }: Column, cells: Cells, count: number): Values {
  if (form === 'text') return (cells as (string | null)[]).slice(0, count);
  const numbers = (cells as Float64Array).subarray(0, count);
  if (isOptional === true) return Array.from(numbers, (value) => cellOf(form, value));
  if (form === 'integer') return Int32Array.from(numbers);
  if (form === 'instant') return BigInt64Array.from(numbers, microseconds);
  return numbers.slice();
}

function cellOf(form: ColumnForm, value: number): number | bigint | null {
  if (Number.isNaN(value)) return null;
  return form === 'instant' ? microseconds(value) : value;
}

const microseconds = (ms: number): bigint => BigInt(ms) * US_PER_MS;
