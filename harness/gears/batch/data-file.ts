/**
 * One file of a data set. It is written beside its name and gets that only when it is whole, so
 * whoever finds it under its name has all of it, and whoever goes on later need not write it again.
 */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DataFileFacts, WorldError } from '#kernel';

const UNFINISHED = '.part';

export type Written = Pick<DataFileFacts, 'path' | 'bytes' | 'sha256'>;

export class DataFile {
  readonly #folder: string;
  readonly #path: string;
  readonly #hash = createHash('sha256');
  readonly #file: number;
  #bytes = 0;

  constructor(folder: string, path: string) {
    this.#folder = folder;
    this.#path = path;
    this.#file = told(path, () => {
      mkdirSync(dirname(this.#at), { recursive: true });
      return openSync(this.#at + UNFINISHED, 'w');
    });
  }

  get #at(): string {
    return join(this.#folder, this.#path);
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    told(this.#path, () => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#file, bytes, done, bytes.length - done);
      }
    });
  }

  /** It is whole. */
  close(): Written {
    told(this.#path, () => {
      closeSync(this.#file);
      renameSync(this.#at + UNFINISHED, this.#at);
    });
    return { path: this.#path, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** It will never be. */
  abandon(): void {
    closeSync(this.#file);
    rmSync(this.#at + UNFINISHED, { force: true });
  }
}

/** One whose text is known. */
export function writeDataText(folder: string, path: string, text: string): Written {
  const file = new DataFile(folder, path);
  file.write(new TextEncoder().encode(text));
  return file.close();
}

/** A disk that is full or may not be written is nobody's mistake in a scenario. */
export function told<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const why = REASONS[code];
    if (why === undefined) throw error;
    throw new WorldError('disk', `${path} cannot be written: ${why[0]}`, why[1]);
  }
}

const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  ENOSPC: ['the disk is full', 'make room, and run the same command again: it goes on'],
  EDQUOT: ['the quota is used up', 'make room, and run the same command again: it goes on'],
  EACCES: ['it is not allowed', 'name a folder of yours with --out'],
  EROFS: ['the disk cannot be written to', 'name another folder with --out'],
  ENOTDIR: ['a file stands where a folder should', 'name another folder with --out'],
  EISDIR: ['a folder stands in its place', 'name another folder with --out'],
};
