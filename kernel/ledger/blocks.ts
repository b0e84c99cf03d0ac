/**
 * Finds the blocks of a segment, in order, and knows which are missing. Where one is damaged it
 * looks for the next good one; what lies between is damage, and told as such, never guessed at.
 */
import { WorldError } from '../errors.ts';
import { crc32 } from './crc32.ts';
import type { Damage, DamageKind } from './damage.ts';
import type { SegmentHeader } from './entry.ts';
import { BLOCK_COVERED, BLOCK_HEAD, BLOCK_LIMIT, MAGIC, VERSION } from './layout.ts';

/** Random access to a segment's bytes, however the host stores them. */
export interface SegmentSource {
  size: number;
  /** May return fewer bytes at the end. */
  read(offset: number, length: number): Uint8Array;
}

export const bytesSource = (bytes: Uint8Array): SegmentSource => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
});

export interface Block {
  number: number;
  /** None in the closing record. */
  entries: number;
  payload: Uint8Array;
  /** Where the next one begins. */
  end: number;
}

/** A header is a few hundred bytes; a length beyond this is damage. */
const HEADER_LIMIT = 1024 * 1024;
/** A number this far ahead is no number. */
const AHEAD_LIMIT = 1 << 20;
/** So much is searched at a time. */
const SEARCH_BYTES = 256 * 1024;

export class BlockReader {
  readonly header: SegmentHeader;
  /** In the order in which it was met; final after the last block. */
  readonly damage: Damage[] = [];
  readonly #source: SegmentSource;
  readonly #seed: number;
  #offset: number;
  /** The number of the next block. */
  #next = 0;
  /** Numbers that were passed over: [from, to). */
  readonly #missing: [number, number][] = [];
  #isClosed = false;

  constructor(source: SegmentSource) {
    this.#source = source;
    const { header, seed, end } = readHeader(source);
    this.header = header;
    this.#seed = seed;
    this.#offset = end;
  }

  /** There is a closing record: whoever wrote the segment came to its end. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The next block in its place, the closing record last; null at the end. `at`: for damage. */
  next(at: number): Block | null {
    for (;;) {
      const from = this.#offset;
      if (from === this.#source.size) return this.#end(at);
      const block = this.#find(from);
      if (block === null) {
        const bytes = this.#source.size - from;
        this.#offset = this.#source.size;
        this.#tell(this.#isClosed ? 'damaged' : 'torn', at, bytes);
        return null;
      }
      const skipped = block.end - block.payload.length - BLOCK_HEAD - from;
      this.#offset = block.end;
      if (this.#take(block, skipped, at)) return block;
    }
  }

  /** Whether it is the next one; whatever is missing before it is told. */
  #take({ number, entries }: Block, skipped: number, at: number): boolean {
    const isNext = number >= this.#next && !this.#isClosed;
    const lost = isNext ? number - this.#next : 0;
    if (skipped > 0) this.#tell('damaged', at, skipped, lost);
    else if (lost > 0) this.#tell('lost', at, 0, lost);
    if (!isNext) {
      const isMissing = this.#missing.some(([from, to]) => number >= from && number < to);
      this.#tell(isMissing ? 'misplaced' : 'doubled', at, 0);
      return false;
    }
    if (lost > 0) this.#missing.push([this.#next, number]);
    this.#next = number + 1;
    this.#isClosed = entries === 0;
    return true;
  }

  #end(at: number): null {
    const isTold = this.damage.some(({ kind }) => kind === 'torn' || kind === 'unclosed');
    if (!this.#isClosed && !isTold) this.#tell('unclosed', at, 0);
    return null;
  }

  #tell(kind: DamageKind, at: number, bytes: number, blocks = 0): void {
    this.damage.push({ kind, at, bytes, blocks });
  }

  /** The first good block from there on. */
  #find(from: number): Block | null {
    const here = this.#blockAt(from);
    if (here !== null) return here;
    for (let base = from + 1; base < this.#source.size; base += SEARCH_BYTES) {
      const bytes = this.#source.read(base, SEARCH_BYTES + BLOCK_HEAD);
      const view = viewOf(bytes);
      const last = Math.min(SEARCH_BYTES, bytes.length - BLOCK_HEAD + 1);
      for (let i = 0; i < last; i++) {
        // A length is not 0 and has no more than 17 bits: this passes over most places.
        const high = bytes[i + 2] as number;
        if (bytes[i + 3] !== 0 || high > 1) continue;
        if (bytes[i] === 0 && bytes[i + 1] === 0 && high === 0) continue;
        const block = this.#isPlausible(view, i) ? this.#blockAt(base + i) : null;
        if (block !== null) return block;
      }
    }
    return null;
  }

  #isPlausible(view: DataView, at: number): boolean {
    const length = view.getUint32(at, true);
    const [number, entries] = [view.getUint32(at + 8, true), view.getUint32(at + 12, true)];
    const isNear = number < this.#next + AHEAD_LIMIT;
    return length > 0 && length <= BLOCK_LIMIT && entries <= length && isNear;
  }

  #blockAt(offset: number): Block | null {
    const head = this.#source.read(offset, BLOCK_HEAD);
    if (head.length < BLOCK_HEAD) return null;
    const view = viewOf(head);
    if (!this.#isPlausible(view, 0)) return null;
    const length = view.getUint32(0, true);
    const covered = this.#source.read(offset + BLOCK_COVERED, BLOCK_HEAD - BLOCK_COVERED + length);
    if (covered.length < BLOCK_HEAD - BLOCK_COVERED + length) return null;
    if (crc32(covered, this.#seed) !== view.getUint32(4, true)) return null;
    return {
      number: view.getUint32(8, true),
      entries: view.getUint32(12, true),
      payload: covered.subarray(BLOCK_HEAD - BLOCK_COVERED),
      end: offset + BLOCK_HEAD + length,
    };
  }
}

function readHeader(source: SegmentSource): { header: SegmentHeader; seed: number; end: number } {
  const utf8 = new TextDecoder();
  const head = source.read(0, MAGIC.length + 5);
  const isOurs = utf8.decode(head.subarray(0, MAGIC.length)) === MAGIC;
  if (head.length < MAGIC.length + 5 || !isOurs) throw refusal('it is not a ledger');
  const version = head[MAGIC.length];
  if (version !== VERSION) {
    const text = `it is of the ledger version ${version}, and this Twinstorm reads ${VERSION}`;
    throw refusal(text, 'judge it with the Twinstorm that wrote it');
  }
  const length = viewOf(head).getUint32(MAGIC.length + 1, true);
  if (length > HEADER_LIMIT) throw refusal('its header is damaged');
  const json = source.read(MAGIC.length + 5, length + 4);
  if (json.length < length + 4) throw refusal('its header is cut off');
  const seed = crc32(json.subarray(0, length));
  if (viewOf(json).getUint32(length, true) !== seed) throw refusal('its header is damaged');
  const header = JSON.parse(utf8.decode(json.subarray(0, length))) as SegmentHeader;
  return { header, seed, end: MAGIC.length + 5 + length + 4 };
}

const refusal = (why: string, remedy?: string): WorldError => new WorldError('ledger', why, remedy);

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
