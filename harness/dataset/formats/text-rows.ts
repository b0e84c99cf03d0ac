/** What the formats of text share: a cell as a value of JSON, and rows as lines. */
import { type Cells, type Column, isoOf, type Rows, type Table } from '#kernel';
import type { Encoder } from '../format.ts';

/** A cell; null where there is nothing. */
export type Cell = string | number | null;

const reader = ({ form }: Column, cells: Cells): ((row: number) => Cell) => {
  if (form === 'text') return (row) => cells[row] ?? null;
  const numbers = cells as Float64Array;
  if (form === 'instant') {
    return (row) => {
      const ms = numbers[row] ?? Number.NaN;
      return Number.isNaN(ms) ? null : isoOf(ms);
    };
  }
  return (row) => {
    const value = numbers[row] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  };
};

/** Encodes line by line; `head` goes before the first. */
export function lines(
  { columns }: Table,
  head: string,
  line: (cells: readonly Cell[]) => string,
): Encoder {
  const utf8 = new TextEncoder();
  let before = head;
  return {
    rows: ({ count, cells }: Rows) => {
      const readers = columns.map((column, at) => reader(column, cells[at] ?? []));
      let text = before;
      before = '';
      for (let row = 0; row < count; row++) text += line(readers.map((read) => read(row)));
      return utf8.encode(text);
    },
    end: () => utf8.encode(before),
  };
}
