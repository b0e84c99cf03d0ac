/**
 * Which readings of a device were counted, came too late or were moved, by their numbers: a row for
 * each 64 of them, with a bit of each. Of what was moved the hash of its bytes stays, by which it
 * can be told later what it was; that is four bytes, where the reading was some hundred.
 */
import type { Sql } from '../../store/store.ts';

export const NUMBERS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS tier_numbers(
    device INTEGER NOT NULL, block INTEGER NOT NULL, counted BLOB NOT NULL, late BLOB NOT NULL,
    moved BLOB NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY(device, block)) WITHOUT ROWID;
`;

export const BLOCK = 64;
const BITS = 8;
const HASH = 4;

export type Mark = 'counted' | 'late' | 'moved';

interface Row {
  block: number;
  counted: Uint8Array;
  late: Uint8Array;
  moved: Uint8Array;
  hashes: Uint8Array;
}

interface RowOf extends Row {
  id: string;
  key: number;
}

export interface MovedNumber {
  device: string;
  n: number;
  hash: number;
}

const isSet = (bits: Uint8Array, at: number): boolean =>
  ((bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;

const emptyRow = (block: number): Row => ({
  block,
  counted: new Uint8Array(BLOCK / BITS),
  late: new Uint8Array(BLOCK / BITS),
  moved: new Uint8Array(BLOCK / BITS),
  hashes: new Uint8Array(0),
});

export class Numbers {
  readonly #one;
  readonly #put;
  readonly #of;
  readonly #ofLane;
  readonly #ofAll;

  constructor(sql: Sql) {
    const fields = 'block, counted, late, moved, hashes';
    this.#one = sql.prepare<Row>(`SELECT ${fields} FROM tier_numbers WHERE device=? AND block=?`);
    this.#put = sql.prepare('INSERT OR REPLACE INTO tier_numbers VALUES(?,?,?,?,?,?)');
    this.#of = sql.prepare<Row>(
      `SELECT ${fields} FROM tier_numbers WHERE device=? AND block>=? ORDER BY block`,
    );
    const joined =
      `SELECT d.id AS id, d.key AS key, ${fields} FROM devices d ` +
      'CROSS JOIN tier_numbers t ON t.device = d.key WHERE';
    const after =
      'd.key >= ? AND (d.key, t.block) > (?, ?) AND length(hashes) > 0 ' +
      'ORDER BY d.key, t.block LIMIT ?';
    this.#ofLane = sql.prepare<RowOf>(`${joined} d.lane = ? AND ${after}`);
    this.#ofAll = sql.prepare<RowOf>(`${joined} ${after}`);
  }

  has(device: number, n: number, mark: Mark): boolean {
    return isSet(this.#row(device, n)[mark], n % BLOCK);
  }

  /** Whether nothing is known of it yet; from now on it is marked so. */
  isNew(device: number, n: number, mark: 'counted' | 'late'): boolean {
    const row = this.#row(device, n);
    const at = n % BLOCK;
    if (isSet(row.counted, at) || isSet(row.late, at)) return false;
    this.#write(device, row, at, mark);
    return true;
  }

  moved(device: number, n: number, hash: number): void {
    const row = this.#row(device, n);
    if (row.hashes.length === 0) row.hashes = new Uint8Array(BLOCK * HASH);
    const { buffer, byteOffset, length } = row.hashes;
    new DataView(buffer, byteOffset, length).setUint32((n % BLOCK) * HASH, hash >>> 0);
    this.#write(device, row, n % BLOCK, 'moved');
  }

  /** Ascending runs `[low, high]`. */
  ranges(device: number, mark: Mark): [low: number, high: number][] {
    const ranges: [number, number][] = [];
    for (const row of this.#of.all(device, 0)) {
      for (const n of numbersOf(row, mark)) {
        const last = ranges.at(-1);
        if (last !== undefined && last[1] === n - 1) last[1] = n;
        else ranges.push([n, n]);
      }
    }
    return ranges;
  }

  /** Of a lane or of all, in so many blocks; `next` is null behind the last one. */
  page(lane: number | null, cursor: string, blocks: number) {
    const [key = 0, block = -1] = cursor === '' ? [] : cursor.split('.').map(Number);
    const rows =
      lane === null
        ? this.#ofAll.all(key, key, block, blocks)
        : this.#ofLane.all(lane, key, key, block, blocks);
    const moved = rows.flatMap((row) =>
      numbersOf(row, 'moved').map((n): MovedNumber => {
        const { buffer, byteOffset, length } = row.hashes;
        const hash = new DataView(buffer, byteOffset, length).getUint32((n % BLOCK) * HASH);
        return { device: row.id, n, hash };
      }),
    );
    const last = rows.length === blocks ? rows.at(-1) : undefined;
    return { moved, next: last === undefined ? null : `${last.key}.${last.block}` };
  }

  #row(device: number, n: number): Row {
    const block = Math.floor(n / BLOCK);
    return this.#one.all(device, block)[0] ?? emptyRow(block);
  }

  #write(device: number, row: Row, at: number, mark: Mark): void {
    const bits = row[mark];
    bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
    const { block, counted, late, moved, hashes } = row;
    this.#put.run(device, block, counted, late, moved, hashes);
  }
}

function numbersOf(row: Row, mark: Mark): number[] {
  const all: number[] = [];
  for (let at = 0; at < BLOCK; at++) {
    if (isSet(row[mark], at)) all.push(row.block * BLOCK + at);
  }
  return all;
}
