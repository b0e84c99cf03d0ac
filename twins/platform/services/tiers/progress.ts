/**
 * How far it has been looked which readings of a device are to go: up to a number each one has gone
 * or stays as it came for good, and is not looked at again. What is counted later below that number
 * is noted one by one. Both lie in the same transaction as what they tell of, so a life after a
 * kill goes on where the one before it was.
 */
import type { Sql } from '../../store/store.ts';

export const PROGRESS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS tier_progress(device INTEGER PRIMARY KEY, passed INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS tier_behind(
    device INTEGER NOT NULL, at REAL NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY(device, at, n)) WITHOUT ROWID;
`;

/** A reading, with its time. */
export interface Behind {
  at: number;
  n: number;
}

export class Progress {
  readonly #passed = new Map<number, number>();
  readonly #all;
  readonly #put;
  readonly #note;
  readonly #due;
  readonly #first;
  readonly #forget;

  constructor(sql: Sql) {
    this.#all = sql.prepare<{ device: number; passed: number }>('SELECT * FROM tier_progress');
    this.#put = sql.prepare('INSERT OR REPLACE INTO tier_progress VALUES(?,?)');
    this.#note = sql.prepare('INSERT OR IGNORE INTO tier_behind VALUES(?,?,?)');
    this.#due = sql.prepare<Behind>(
      'SELECT at, n FROM tier_behind WHERE device=? AND at<=? ORDER BY at, n',
    );
    this.#first = sql.prepare<Behind>(
      'SELECT at, n FROM tier_behind WHERE device=? ORDER BY at, n LIMIT 1',
    );
    this.#forget = sql.prepare('DELETE FROM tier_behind WHERE device=? AND at=? AND n=?');
  }

  load(): void {
    for (const { device, passed } of this.#all.all()) this.#passed.set(device, passed);
  }

  /** The last one that is not looked at again; -1 before the first. */
  passed(device: number): number {
    return this.#passed.get(device) ?? -1;
  }

  pass(device: number, n: number): void {
    if (n === this.passed(device)) return;
    this.#put.run(device, n);
    this.#passed.set(device, n);
  }

  /** A reading is counted, and will have to go. */
  counted(device: number, { at, n }: Behind): void {
    if (n <= this.passed(device)) this.#note.run(device, at, n);
  }

  /** Those of a time no later. */
  behind(device: number, until: number): Behind[] {
    return this.#due.all(device, until);
  }

  /** When the first of them was; Infinity for none. */
  firstBehind(device: number): number {
    return this.#first.all(device)[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  forget(device: number, { at, n }: Behind): void {
    this.#forget.run(device, at, n);
  }
}
