/**
 * The store of the platform twin: one SQLite file, write-ahead log, `synchronous=NORMAL`. A killed
 * process loses nothing that was committed, since the log is in the kernel's hands by then; only a
 * power loss of the whole machine could take the last commits. Which tables there are is not
 * decided here: the broker and each service bring their own.
 *
 * Where a platform dies only by our own hand, in virtual time, a commit need not reach the kernel:
 * it is a savepoint of one long transaction then, which costs less.
 */
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

export type SqlValue = null | number | bigint | string | Uint8Array;

export interface Statement<Row> {
  run(...values: SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  all(...values: SqlValue[]): Row[];
}

/** What a part of the platform needs to keep something. */
export interface Sql {
  /** SQLite hands rows over untyped; `Row` is what the SELECT says. */
  prepare<Row = never>(text: string): Statement<Row>;
}

export interface Store extends Sql {
  /** Runs `CREATE … IF NOT EXISTS` statements. */
  create(schema: string): void;
  begin(): void;
  commit(): void;
  rollback(): void;
  close(): void;
}

/** What a commit outlives: the process, or only the platform inside a process that goes on. */
export type Outlives = 'process' | 'platform';

/** So many commits are savepoints of one transaction; its log cannot be reused before it ends. */
const SAVEPOINTS_MAX = 100_000;
/** Nor may they be larger than this together, as far as they do not lie in memory. */
const LOG_BYTES_MAX = 64 * 2 ** 20;
/** How long the log is costs a look at the file. */
const COMMITS_A_LOOK = 32;

export function openStore(file: string, outlives: Outlives = 'process'): Store {
  const db = new DatabaseSync(file);
  // One platform per file: a second one, started before the first is gone, must fail and not mix
  // in.
  db.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;');
  // Checkpoints are the only place that waits for the disk, so they are rare (32 MiB of log).
  db.exec('PRAGMA wal_autocheckpoint=8192; PRAGMA temp_store=MEMORY; PRAGMA busy_timeout=5000;');
  // Every device writes to a leaf of its own: 64 MiB of them stay in memory.
  db.exec('PRAGMA cache_size=-65536');
  return {
    prepare: <Row>(text: string) => db.prepare(text) as unknown as Statement<Row>,
    create: (schema) => db.exec(schema),
    ...(outlives === 'process' ? transactionsOf(db) : savepointsOf(db, `${file}-wal`)),
  };
}

type Ends = Pick<Store, 'begin' | 'commit' | 'rollback' | 'close'>;

function transactionsOf(db: DatabaseSync): Ends {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  return {
    begin: () => void begin.run(),
    commit: () => void commit.run(),
    rollback: () => void rollback.run(),
    close: () => db.close(),
  };
}

function savepointsOf(db: DatabaseSync, log: string): Ends {
  // Else the file would stay as long as it once was.
  db.exec(`PRAGMA journal_size_limit=${LOG_BYTES_MAX}`);
  const around = transactionsOf(db);
  const begin = db.prepare('SAVEPOINT one');
  const commit = db.prepare('RELEASE one');
  const rollback = db.prepare('ROLLBACK TO one');
  let count = 0;
  around.begin();
  return {
    begin: () => void begin.run(),
    commit: () => {
      commit.run();
      if (++count % COMMITS_A_LOOK !== 0) return;
      if (count % SAVEPOINTS_MAX !== 0 && statSync(log).size <= LOG_BYTES_MAX) return;
      around.commit();
      around.begin();
    },
    rollback: () => {
      rollback.run();
      commit.run();
    },
    close: () => {
      // A full disk has ended it already.
      try {
        if (db.isTransaction) around.commit();
      } finally {
        around.close();
      }
    },
  };
}
