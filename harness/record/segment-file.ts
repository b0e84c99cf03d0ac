/**
 * A segment of the ledger in its file, read where it is asked for: a long run of a large fleet
 * leaves more than fits into memory or into one buffer.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { SegmentSource } from '#kernel';

/** So much is read at a time, since a block is far smaller. */
const WINDOW_BYTES = 1024 * 1024;

export class SegmentFile implements SegmentSource {
  readonly size: number;
  readonly #path: string;
  #from = 0;
  #window: Uint8Array = new Uint8Array(0);

  constructor(path: string) {
    this.#path = path;
    this.size = statSync(path).size;
  }

  read(offset: number, length: number): Uint8Array {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    const end = this.#from + this.#window.length;
    if (offset < this.#from || offset + wanted > end) this.#load(offset, wanted);
    const at = offset - this.#from;
    return this.#window.subarray(at, at + wanted);
  }

  /** Into a buffer of its own: what was handed out before stays as it was. */
  #load(offset: number, wanted: number): void {
    const length = Math.min(Math.max(wanted, WINDOW_BYTES), Math.max(0, this.size - offset));
    const window = new Uint8Array(length);
    // Nobody says when the last read was, so the file is open no longer than each takes.
    const file = openSync(this.#path, 'r');
    let read = 0;
    try {
      for (let got = -1; read < length && got !== 0; read += got) {
        got = readSync(file, window, read, length - read, offset + read);
      }
    } finally {
      closeSync(file);
    }
    this.#from = offset;
    this.#window = window.subarray(0, read);
  }
}
