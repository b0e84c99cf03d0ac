/**
 * Windows of one device: what its readings of a stretch of time come to, signal by signal. Each
 * reading is added where it belongs by its own time, whenever it comes, so what is late amends what
 * was there before.
 */
import type { Sql } from '../../store/store.ts';

export const WINDOWS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS tier_windows(
    device INTEGER NOT NULL, step INTEGER NOT NULL, start INTEGER NOT NULL,
    count INTEGER NOT NULL, signals TEXT NOT NULL, PRIMARY KEY(device, step, start)) WITHOUT ROWID;
`;

/** A value, with the time and the number of its reading. */
type Placed = [at: number, n: number, value: number];

export interface SignalSum {
  count: number;
  min: number;
  max: number;
  sum: number;
  first: Placed;
  last: Placed;
}

export type Sums = Record<string, SignalSum>;

export interface Window {
  step: number;
  start: number;
  count: number;
  signals: Sums;
}

export interface Reading {
  n: number;
  at: number;
  values: readonly (readonly [signal: string, value: number])[];
}

type Kept = Omit<Window, 'signals'> & { signals: string };

export class Windows {
  readonly #one;
  readonly #put;
  readonly #of;
  readonly #drop;
  readonly #first;

  constructor(sql: Sql) {
    const fields = 'SELECT step, start, count, signals FROM tier_windows WHERE';
    this.#one = sql.prepare<Kept>(`${fields} device=? AND step=? AND start=?`);
    this.#of = sql.prepare<Kept>(`${fields} device=? ORDER BY step, start`);
    this.#put = sql.prepare('INSERT OR REPLACE INTO tier_windows VALUES(?,?,?,?,?)');
    this.#drop = sql.prepare('DELETE FROM tier_windows WHERE device=? AND step=? AND start<=?');
    this.#first = sql.prepare<{ start: number | null }>(
      'SELECT MIN(start) AS start FROM tier_windows WHERE device=? AND step=?',
    );
  }

  find(device: number, step: number, start: number): Window | null {
    const [kept] = this.#one.all(device, step, start);
    return kept === undefined ? null : read(kept);
  }

  put(device: number, { step, start, count, signals }: Window): void {
    this.#put.run(device, step, start, count, JSON.stringify(signals));
  }

  of(device: number): Window[] {
    return this.#of.all(device).map(read);
  }

  /** When the first begins; null where there is none. */
  first(device: number, step: number): number | null {
    return this.#first.all(device, step)[0]?.start ?? null;
  }

  /** Those that begin no later. */
  drop(device: number, step: number, start: number): void {
    this.#drop.run(device, step, start);
  }
}

const read = ({ signals, ...row }: Kept): Window => ({
  ...row,
  signals: JSON.parse(signals) as Sums,
});

/** `most`: which of two is to be the greater from now on. */
export function addTo(
  window: Window,
  { n, at, values }: Reading,
  most: (signal: string, max: number, value: number) => number,
): void {
  window.count++;
  for (const [signal, value] of values) {
    const placed: Placed = [at, n, value];
    const sum = Object.hasOwn(window.signals, signal) ? window.signals[signal] : undefined;
    if (sum === undefined) {
      const alone = { count: 1, min: value, max: value, sum: value, first: placed, last: placed };
      // A signal may be called as it likes.
      Object.defineProperty(window.signals, signal, { ...OWN, value: alone });
      continue;
    }
    sum.count++;
    sum.sum += value;
    sum.min = Math.min(sum.min, value);
    sum.max = most(signal, sum.max, value);
    if (isBefore(placed, sum.first)) sum.first = placed;
    if (isBefore(sum.last, placed)) sum.last = placed;
  }
}

const OWN = { enumerable: true, writable: true, configurable: true };

/** Of two at one time the one with the lower number. */
const isBefore = ([at, n]: Placed, [otherAt, otherN]: Placed): boolean =>
  at < otherAt || (at === otherAt && n < otherN);
