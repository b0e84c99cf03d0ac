/** Comma-separated values by RFC 4180, with a head; nothing is an empty cell. */
import type { Format } from '../format.ts';
import { type Cell, lines } from './text-rows.ts';

const NEEDS_QUOTES = /[",\r\n]/;

const quoted = (text: string): string =>
  NEEDS_QUOTES.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;

const written = (cell: Cell): string =>
  cell === null ? '' : typeof cell === 'string' ? quoted(cell) : String(cell);

export const csv: Format = {
  kind: 'csv',
  summary: 'comma-separated values, with a head',
  extension: '.csv',
  rowsAtOnce: 20_000,
  open: (table) => {
    const head = `${table.columns.map(({ name }) => quoted(name)).join(',')}\n`;
    return lines(table, head, (cells) => `${cells.map(written).join(',')}\n`);
  },
};
