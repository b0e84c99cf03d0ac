/**
 * Puts a segment of the ledger into its file. Writing is synchronous and in large blocks: the
 * ledger must not owe anything to the event loop it also measures. Times are taken here, so entries
 * of a segment never go back.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  type Clock,
  type DeclaredOp,
  type FieldsOf,
  LedgerEncoder,
  microseconds,
  type OpName,
  type OpTable,
  type SegmentHeader,
  WorldError,
} from '#kernel';

export class LedgerWriter {
  readonly #file: number;
  readonly #clock: Clock;
  readonly #encoder: LedgerEncoder;
  #open = true;
  /**
   * Whoever writes it has come to its end in good order. Only then does `close` say so: in a
   * segment without that word something may be missing.
   */
  isComplete = false;

  constructor(path: string, header: SegmentHeader, clock: Clock, ops: OpTable) {
    this.#file = openSync(path, 'w');
    this.#clock = clock;
    const put = (bytes: Uint8Array): void => {
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
      } catch (error) {
        throw diskError(error, path);
      }
    };
    this.#encoder = new LedgerEncoder(header, put, ops);
  }

  get entries(): number {
    return this.#encoder.entries;
  }

  get bytes(): number {
    return this.#encoder.bytes;
  }

  /** Writes an entry that happens now, and says when that was, in milliseconds. */
  write<O extends OpName | DeclaredOp>(op: O, fields: FieldsOf<O>): number {
    const at = microseconds(this.#clock.now());
    if (this.#open) this.#encoder.write(at, op, fields);
    return at / 1000;
  }

  /**
   * Writes a send and how late it is. By one reading of the clock, so that the intended time can be
   * told from the entry to the microsecond.
   */
  writeSent(intendedMs: number, fields: Omit<FieldsOf<'sent'>, 'late'>): void {
    const at = microseconds(this.#clock.now());
    const late = at - microseconds(intendedMs);
    if (this.#open) this.#encoder.write(at, 'sent', { ...fields, late });
  }

  /** Makes what was written so far readable to a reader after a crash. */
  flush(): void {
    if (this.#open) this.#encoder.flush();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      if (this.isComplete) this.#encoder.close();
      else this.#encoder.flush();
    } finally {
      closeSync(this.#file);
    }
  }
}

const ELSEWHERE = 'name another directory with --out';

/** What a failed write means to the person who asked for it; SQLite has codes of its own. */
const DISK: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ENOSPC: ['the disk is full', `free some space, or ${ELSEWHERE}`],
  EDQUOT: ['the quota is used up', `free some space, or ${ELSEWHERE}`],
  EROFS: ['the file system is read-only', ELSEWHERE],
  EACCES: ['it may not be written', ELSEWHERE],
  EPERM: ['it may not be written', ELSEWHERE],
  EIO: ['the disk reports an error', ELSEWHERE],
  ENOTDIR: ['a file stands where a directory is needed', ELSEWHERE],
  EEXIST: ['a file stands where a directory is needed', ELSEWHERE],
  ENOENT: ['it cannot be made', ELSEWHERE],
  'SQLITE 8': ['it may not be written', ELSEWHERE],
  'SQLITE 10': ['the disk reports an error', ELSEWHERE],
  'SQLITE 13': ['the disk is full', `free some space, or ${ELSEWHERE}`],
};

/** A full or read-only disk is the world's fault and is said as such. */
export function diskError(error: unknown, path: string): unknown {
  const { code = '', errcode = 0 } = error as { code?: string; errcode?: number };
  const name = code === 'ERR_SQLITE_ERROR' ? `SQLITE ${errcode & 0xff}` : code;
  const known = DISK[name];
  return known === undefined
    ? error
    : new WorldError('disk', `${path}: ${known[0]} (${name})`, known[1]);
}
