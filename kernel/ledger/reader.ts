/** Pulls entries out of a segment, block by block, until the first damaged block begins. */
import { assert } from '../errors.ts';
import { crc32 } from './crc32.ts';
import type { DeclaredEntry, FieldValue, LedgerEntry, SegmentHeader } from './entry.ts';
import {
  BLOCK_HEAD,
  BLOCK_LIMIT,
  MAGIC,
  type OpLayout,
  type OpTable,
  opTable,
  VERSION,
} from './layout.ts';
import type { DeclaredOp, FieldForm } from './ops.ts';

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

/** An op, and the object in which its entries are handed out. */
interface Slot {
  layout: OpLayout;
  entry: DeclaredEntry;
}

export class SegmentReader {
  readonly header: SegmentHeader;
  /** How many bytes at the end could not be read; 0 for a whole segment. Final after the last. */
  tornBytes = 0;
  readonly #source: SegmentSource;
  readonly #slots: readonly (Slot | undefined)[];
  readonly #utf8 = new TextDecoder();
  #offset: number;
  #block: Uint8Array = new Uint8Array(0);
  #at = 0;
  #left = 0;
  #time = 0;
  #texts: string[] = [];

  constructor(source: SegmentSource, ops: OpTable = opTable()) {
    this.#source = source;
    this.#slots = ops.byCode.map((layout) => layout && { layout, entry: emptyEntry(layout) });
    const head = source.read(0, MAGIC.length + 5);
    assert(
      head.length === MAGIC.length + 5 && this.#utf8.decode(head.subarray(0, 8)) === MAGIC,
      'not a ledger',
    );
    assert(head[8] === VERSION, `ledger version ${head[8]} is not known`);
    const length = view(head).getUint32(9, true);
    const json = source.read(13, length + 4);
    assert(json.length === length + 4, 'the ledger header is cut off');
    assert(
      view(json).getUint32(length, true) === crc32(json.subarray(0, length)),
      'the ledger header is damaged',
    );
    this.header = JSON.parse(this.#utf8.decode(json.subarray(0, length))) as SegmentHeader;
    this.#offset = 13 + length + 4;
  }

  /** The next entry, in an object that is used again, or null at the end. */
  next(): LedgerEntry | null {
    if (this.#left === 0 && !this.#load()) return null;
    this.#left--;
    const { layout, entry } = this.#slots[this.#block[this.#at++] as number] ?? unreadable();
    this.#time += this.#varint();
    entry.t = this.#time;
    const { names, forms } = layout;
    for (let i = 0; i < names.length; i++) {
      entry[names[i] as string] = this.#field(forms[i] as FieldForm);
    }
    return entry;
  }

  #load(): boolean {
    const left = this.#source.size - this.#offset;
    if (left === 0) return false;
    this.tornBytes = left;
    if (left < BLOCK_HEAD) return false;
    const head = view(this.#source.read(this.#offset, BLOCK_HEAD));
    const length = head.getUint32(0, true);
    if (length > BLOCK_LIMIT || length > left - BLOCK_HEAD) return false;
    const covered = this.#source.read(this.#offset + 8, length + 4);
    if (covered.length < length + 4 || crc32(covered) !== head.getUint32(4, true)) return false;
    this.tornBytes = 0;
    this.#offset += BLOCK_HEAD + length;
    this.#block = covered.subarray(4);
    this.#at = 0;
    this.#left = head.getUint32(8, true);
    this.#texts = [];
    this.#time = this.#varint();
    return this.#left > 0 || this.#load();
  }

  #field(form: FieldForm): FieldValue {
    switch (form) {
      case 'device':
        return this.#varint() - 1;
      case 'stream':
      case 'flags':
        return this.#block[this.#at++] as number;
      case 'count':
        return this.#varint();
      case 'signed':
        return this.#signed();
      case 'boolean':
        return this.#signed() === 1;
      case 'hash':
        return this.#u32();
      case 'text':
        return this.#text();
    }
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#block[this.#at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  #signed(): number {
    const raw = this.#varint();
    return raw % 2 === 1 ? -(raw + 1) / 2 : raw / 2;
  }

  #u32(): number {
    const at = this.#at;
    this.#at += 4;
    const block = this.#block as Uint8Array & Record<number, number>;
    return (
      ((block[at] as number) |
        ((block[at + 1] as number) << 8) |
        ((block[at + 2] as number) << 16) |
        ((block[at + 3] as number) << 24)) >>>
      0
    );
  }

  #text(): string {
    const number = this.#varint();
    if (number > 0) return this.#texts[number - 1] ?? '';
    const length = this.#varint();
    const text = this.#utf8.decode(this.#block.subarray(this.#at, this.#at + length));
    this.#at += length;
    this.#texts.push(text);
    return text;
  }
}

/** With every field from the start, so that all entries of an op have one shape. */
function emptyEntry({ name, names, forms }: OpLayout): DeclaredEntry {
  const entry: DeclaredEntry = { t: 0, op: name as DeclaredOp, device: -1 };
  names.forEach((field, i) => {
    entry[field] = forms[i] === 'text' ? '' : forms[i] === 'boolean' ? false : 0;
  });
  return entry;
}

function unreadable(): never {
  throw new Error('broken invariant: a ledger block with a good checksum holds an unknown op');
}

const view = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
