/**
 * Offers as executions of jobs, as AWS IoT counts them: each has a status and a version that rises
 * by one with every change of it. And who takes offers so, with what he was last told to be next.
 */
import type { Sql } from '../../store/store.ts';

export const JOB_SCHEMA = `
  CREATE TABLE IF NOT EXISTS ota_executions(
    device TEXT NOT NULL, campaign TEXT NOT NULL, attempt INTEGER NOT NULL, status TEXT NOT NULL,
    version INTEGER NOT NULL, details TEXT NOT NULL, queued REAL NOT NULL, started REAL,
    updated REAL NOT NULL, PRIMARY KEY(device, campaign, attempt)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS ota_things(
    device TEXT PRIMARY KEY, asks INTEGER NOT NULL, head TEXT NOT NULL,
    list TEXT NOT NULL) WITHOUT ROWID;
`;

export const OPEN = ['QUEUED', 'IN_PROGRESS'] as const;
/** What a device may say; the rest is the platform's. */
export const SAID = ['IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'REJECTED'] as const;
export type SaidStatus = (typeof SAID)[number];
export type JobStatus = SaidStatus | 'QUEUED' | 'TIMED_OUT' | 'CANCELED';

export interface Execution {
  device: string;
  campaign: string;
  attempt: number;
  status: JobStatus;
  version: number;
  /** JSON. */
  details: string;
  queued: number;
  started: number | null;
  updated: number;
}

interface Thing {
  device: string;
  /** It has asked by this way. */
  asks: number;
  head: string;
  list: string;
}

export type Executions = ReturnType<typeof executionTables>;

export function executionTables(sql: Sql) {
  const of = sql.prepare<Execution>(
    'SELECT * FROM ota_executions WHERE device=? AND campaign=? ORDER BY attempt DESC',
  );
  const put = sql.prepare('INSERT OR REPLACE INTO ota_executions VALUES(?,?,?,?,?,?,?,?,?)');
  const thing = sql.prepare<Thing>('SELECT * FROM ota_things WHERE device=?');
  const putThing = sql.prepare('INSERT OR REPLACE INTO ota_things VALUES(?,?,?,?)');
  const thingOf = (device: string): Thing =>
    thing.all(device)[0] ?? { device, asks: 0, head: '', list: '' };
  return {
    /** The latest first. */
    of: (device: string, campaign: string): Execution[] => of.all(device, campaign),
    put: (row: Execution): void =>
      void put.run(
        ...[row.device, row.campaign, row.attempt, row.status, row.version, row.details],
        ...[row.queued, row.started, row.updated],
      ),
    thing: thingOf,
    putThing: ({ device, asks, head, list }: Thing): void =>
      void putThing.run(device, asks, head, list),
  };
}
