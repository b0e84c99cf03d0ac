/**
 * PostgreSQL and what speaks its protocol (TimescaleDB and others), by the package `pg`, which is
 * an optional one. The rows come through a cursor in a transaction that can only read.
 */
import { WorldError } from '#kernel';
import type { KeptRow } from '../../../watch/keeper.ts';
import { type Driver, PAGE_ROWS } from './driver.ts';

const CONNECT_MS = 5000;
const STATEMENT_MS = 60_000;

/** What we use of the package. */
interface Client {
  connect(): Promise<void>;
  query(text: string, values?: readonly string[]): Promise<{ rows: KeptRow[] }>;
  end(): Promise<void>;
  on(event: 'error', hear: (error: Error) => void): void;
}
interface Types {
  getTypeParser(oid: number, format?: string): unknown;
}
export type Postgres = { Client: new (options: object) => Client; types: Types };

/** `timestamp` without a time zone, by its number in the catalog. */
const TIMESTAMP = 1114;

/**
 * What it says without a zone stays text, which is read as UTC; the package would take it for the
 * time of this machine's zone.
 */
export const typesOf = ({ types }: Pick<Postgres, 'types'>): Types => ({
  getTypeParser: (oid, format) => (oid === TIMESTAMP ? String : types.getTypeParser(oid, format)),
});

async function loadPostgres(): Promise<Postgres> {
  try {
    const { default: pg } = await import('pg');
    return pg as unknown as Postgres;
  } catch {
    throw new WorldError(
      'component',
      'the store of the target is PostgreSQL, and the package pg is not there',
      'npm install pg',
    );
  }
}

export const postgres = (url: string): Driver => ({
  place: (number) => `$${number}`,
  query: async (text, values, take) => {
    const pg = await loadPostgres();
    const client = new pg.Client({
      types: typesOf(pg),
      connectionString: url,
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: STATEMENT_MS,
      application_name: 'twinstorm',
    });
    // It also ends in the midst of nothing, and an event that nobody hears ends the process.
    client.on('error', () => {});
    await client.connect();
    try {
      await page(client, text, values, take);
    } finally {
      await client.end().catch(() => {});
    }
  },
});

async function page(
  client: Client,
  text: string,
  values: readonly string[],
  take: (rows: readonly KeptRow[]) => void,
): Promise<void> {
  await client.query('begin transaction isolation level repeatable read read only');
  await client.query(`declare kept no scroll cursor for ${text}`, values);
  for (;;) {
    const { rows } = await client.query(`fetch ${PAGE_ROWS} from kept`);
    take(rows);
    if (rows.length < PAGE_ROWS) break;
  }
  await client.query('rollback');
}
