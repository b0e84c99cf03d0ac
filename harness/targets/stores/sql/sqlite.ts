/** SQLite by what Node brings: a file, opened to be read and closed again. */
import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import type { KeptRow } from '../../../watch/keeper.ts';
import { type Driver, PAGE_ROWS } from './driver.ts';

/** A writer holds its lock for as long as one transaction takes. */
const BUSY_MS = 5000;

export const sqlite = (file: string): Driver => ({
  place: () => '?',
  query: async (text, values, take) => {
    if (!existsSync(file)) throw new Error(`there is no file ${file}`);
    const database = await open(file);
    try {
      await page(database, text, values, take);
    } finally {
      database.close();
    }
  },
});

async function open(file: string): Promise<DatabaseSync> {
  // Loaded here: it is a warning to every process that does not need it.
  const { DatabaseSync } = await import('node:sqlite');
  return new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
}

async function page(
  database: DatabaseSync,
  text: string,
  values: readonly string[],
  take: (rows: readonly KeptRow[]) => void,
): Promise<void> {
  let rows: KeptRow[] = [];
  for (const row of database.prepare(text).iterate(...values)) {
    rows.push(row as KeptRow);
    if (rows.length < PAGE_ROWS) continue;
    take(rows);
    rows = [];
    // Whoever reads for seconds must not seem to stand still.
    await turn();
  }
  take(rows);
}
