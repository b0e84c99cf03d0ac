/**
 * Puts a segment of the ledger into its file. Writing is synchronous and in large blocks: the
 * ledger must not owe anything to the event loop it also measures. Times are taken here, so entries
 * of a segment never go back.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  type Clock,
  type EntryFields,
  LedgerEncoder,
  microseconds,
  type OpName,
  type SegmentHeader,
  WorldError,
} from '#kernel';

export class LedgerWriter {
  readonly #file: number;
  readonly #clock: Clock;
  readonly #encoder: LedgerEncoder;
  #open = true;

  constructor(path: string, header: SegmentHeader, clock: Clock) {
    this.#file = openSync(path, 'w');
    this.#clock = clock;
    this.#encoder = new LedgerEncoder(header, (bytes) => {
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
      } catch (error) {
        throw diskError(error, path);
      }
    });
  }

  get entries(): number {
    return this.#encoder.entries;
  }

  get bytes(): number {
    return this.#encoder.bytes;
  }

  /** Writes an entry that happens now. */
  write(op: OpName, fields: EntryFields): void {
    if (this.#open) this.#encoder.write(microseconds(this.#clock.now()), op, fields);
  }

  /** Makes what was written so far readable to a reader after a crash. */
  flush(): void {
    if (this.#open) this.#encoder.flush();
  }

  close(): void {
    if (!this.#open) return;
    this.#encoder.flush();
    this.#open = false;
    closeSync(this.#file);
  }
}

/** What the disk refuses, by the codes of the system and of SQLite (13 full, 8 read-only, 10 I/O). */
const FULL = ['ENOSPC', 'EDQUOT', 'SQLITE 13'];
const REFUSED = ['EROFS', 'EACCES', 'EPERM', 'EIO', 'ENOTDIR', 'EEXIST', 'SQLITE 8', 'SQLITE 10'];

/** A full or read-only disk is the world's fault and is said as such. */
export function diskError(error: unknown, path: string): unknown {
  const { code, errcode } = error as { code?: string; errcode?: number };
  const known = code === 'ERR_SQLITE_ERROR' ? `SQLITE ${(errcode ?? 0) & 0xff}` : (code ?? '');
  const isFull = FULL.includes(known);
  if (!isFull && !REFUSED.includes(known)) return error;
  return new WorldError(
    'disk',
    `${path}: ${isFull ? 'the disk is full' : 'it cannot be written'} (${known})`,
    'free some space, or name another directory with --out',
  );
}
