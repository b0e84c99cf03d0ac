/** Pulls entries out of a segment, block by block, and says what is missing between them. */
import { type Block, BlockReader, type SegmentSource } from './blocks.ts';
import { type Damage, isHole } from './damage.ts';
import type { DeclaredEntry, FieldValue, LedgerEntry, SegmentHeader } from './entry.ts';
import { type OpLayout, type OpTable, opTable } from './layout.ts';
import type { DeclaredOp, FieldForm } from './ops.ts';

/** An op, and the object in which its entries are handed out. */
interface Slot {
  layout: OpLayout;
  entry: DeclaredEntry;
}

export class SegmentReader {
  readonly header: SegmentHeader;
  readonly #blocks: BlockReader;
  readonly #slots: readonly (Slot | undefined)[];
  readonly #utf8 = new TextDecoder();
  #block: Uint8Array = new Uint8Array(0);
  #at = 0;
  #left = 0;
  #time = 0;
  #texts: string[] = [];
  /** In the blocks so far. */
  #entries = 0;

  constructor(source: SegmentSource, ops: OpTable = opTable()) {
    this.#slots = ops.byCode.map((layout) => layout && { layout, entry: emptyEntry(layout) });
    this.#blocks = new BlockReader(source);
    this.header = this.#blocks.header;
  }

  /** What is wrong with the segment; final after the last entry. */
  get damage(): readonly Damage[] {
    return this.#blocks.damage;
  }

  /** Whoever wrote it came to its end in good order; final after the last entry. */
  get isClosed(): boolean {
    return this.#blocks.isClosed;
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
    for (;;) {
      const block = this.#blocks.next(this.#time);
      if (block === null) return false;
      this.#block = block.payload;
      this.#at = 0;
      if (block.entries > 0) return this.#open(block);
      this.#recount();
    }
  }

  #open({ entries }: Block): true {
    this.#left = entries;
    this.#entries += entries;
    this.#texts = [];
    this.#time = this.#varint();
    return true;
  }

  /** The closing record is the second opinion on what was read. */
  #recount(): void {
    const { damage } = this.#blocks;
    if (this.#varint() === this.#entries || damage.some(isHole)) return;
    damage.push({ kind: 'miscounted', at: this.#time, bytes: 0, blocks: 0 });
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
