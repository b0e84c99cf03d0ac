/** One JSON object a line; a cell with nothing is null. */
import type { Format } from '../format.ts';
import { lines } from './text-rows.ts';

export const jsonl: Format = {
  kind: 'jsonl',
  summary: 'one JSON object a line',
  extension: '.jsonl',
  rowsAtOnce: 20_000,
  open: (table) => {
    const keys = table.columns.map(({ name }) => JSON.stringify(name));
    return lines(table, '', (cells) => {
      const fields = cells.map((cell, at) => `${keys[at]}:${JSON.stringify(cell)}`);
      return `{${fields.join(',')}}\n`;
    });
  },
};
