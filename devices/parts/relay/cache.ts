/**
 * What a relay keeps in its flash: whole blocks of what lies under a path, which does not change
 * as long as its size is the same. Where there is no room for something new, what nobody has a line
 * to is thrown away as a whole, that first which was asked for longest ago.
 */

interface Held {
  readonly size: number;
  readonly blocks: (Uint8Array | null)[];
  usedAt: number;
}

export class Cache {
  readonly #room: number;
  readonly #blockBytes: number;
  readonly #held = new Map<string, Held>();
  #uses = 0;

  constructor(room: number, blockBytes: number) {
    this.#room = room;
    this.#blockBytes = blockBytes;
  }

  sizeOf(path: string): number | null {
    return this.#held.get(path)?.size ?? null;
  }

  /**
   * Room for all of it: answers what had to go for that, or null where there is none. `isInUse`
   * says of a path whether it must stay.
   */
  take(path: string, size: number, isInUse: (path: string) => boolean): [string, number][] | null {
    const free = [...this.#held]
      .filter(([other]) => !isInUse(other))
      .sort(([, a], [, b]) => a.usedAt - b.usedAt);
    const gone: [string, number][] = [];
    let lacks = this.#used + size - this.#room;
    for (const [other, held] of free) {
      if (lacks <= 0) break;
      lacks -= held.size;
      gone.push([other, held.size]);
    }
    if (lacks > 0) return null;
    for (const [other] of gone) this.#held.delete(other);
    const blocks = new Array<null>(Math.ceil(size / this.#blockBytes)).fill(null);
    this.#held.set(path, { size, blocks, usedAt: this.#uses++ });
    return gone;
  }

  /** What was there is of another release. */
  drop(path: string): void {
    this.#held.delete(path);
  }

  put(path: string, block: number, bytes: Uint8Array): void {
    const held = this.#held.get(path);
    if (held !== undefined && block < held.blocks.length) held.blocks[block] = bytes;
  }

  /** What is there from an offset on, up to another; null where not even the first byte is. */
  look(path: string, from: number, to: number): Uint8Array | null {
    const held = this.#held.get(path);
    if (held === undefined) return null;
    held.usedAt = this.#uses++;
    const pieces: Uint8Array[] = [];
    for (let at = from; at < to; ) {
      const block = Math.floor(at / this.#blockBytes);
      const bytes = held.blocks[block];
      if (bytes === undefined || bytes === null) break;
      const start = at - block * this.#blockBytes;
      const piece = bytes.subarray(start, start + to - at);
      if (piece.length === 0) break;
      pieces.push(piece);
      at += piece.length;
    }
    return pieces.length === 0 ? null : joined(pieces);
  }

  /** The first block that it lacks; null where it has all of it, or has no room for it. */
  lacks(path: string): number | null {
    const at = this.#held.get(path)?.blocks.indexOf(null) ?? -1;
    return at < 0 ? null : at;
  }

  /** All of it, where all is there. */
  whole(path: string): Uint8Array | null {
    const blocks = this.#held.get(path)?.blocks ?? [null];
    const there = blocks.filter((bytes) => bytes !== null);
    return there.length === blocks.length ? joined(there) : null;
  }

  get #used(): number {
    return [...this.#held.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
