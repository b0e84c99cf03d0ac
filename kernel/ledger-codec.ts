/**
 * The ledger in bytes.
 *
 *   segment = "TWLEDGER" version:u8 headerLength:u32 header(JSON) crc:u32  block*
 *   block   = payloadLength:u32 crc:u32 entries:u32 payload     (the checksum covers the last two)
 *   payload = baseTime:varint entry*      entry = op:u8 dt:varint fields…      (fields as in OPS)
 *
 * A block is self-contained (its own base time and text table), so a torn tail costs the last block
 * and nothing else. A message costs about 14 bytes when sent, 8 when acknowledged, 12 when observed.
 */
import { assert } from './errors.ts';
import { type Entry, type EntryFields, OP, type OpName, type SegmentHeader } from './ledger.ts';

const DEVICE = 1;
const MESSAGE = 2; // stream and n
const A = 4;
const B = 8;
const HASH = 16;
const FLAGS = 32;
const TEXT = 64;
const N = 128; // n without a stream

/** Which fields each op carries, by code. */
const OPS: readonly (readonly [name: OpName, fields: number])[] = layout({
  boot: DEVICE | A | TEXT,
  off: DEVICE | TEXT,
  connect: DEVICE | A | HASH,
  online: DEVICE | A,
  'connect-failed': DEVICE | TEXT,
  offline: DEVICE | TEXT,
  state: DEVICE | TEXT,
  sent: DEVICE | MESSAGE | A | HASH | FLAGS,
  acked: DEVICE | MESSAGE,
  refused: DEVICE | MESSAGE | TEXT,
  'not-sent': DEVICE | MESSAGE | TEXT,
  received: DEVICE | MESSAGE | HASH | FLAGS,
  abandoned: DEVICE | MESSAGE | TEXT,
  observed: DEVICE | MESSAGE | A | HASH | FLAGS,
  foreign: TEXT | HASH,
  observer: A | B | N | TEXT,
  stored: DEVICE | MESSAGE | HASH,
  retained: DEVICE | MESSAGE | HASH,
  presence: DEVICE | A,
  'final-read': A | TEXT,
  garbled: DEVICE | MESSAGE | A | B | HASH | FLAGS | TEXT,
  phase: A | TEXT,
  fault: A | TEXT,
  probe: A | B | N | TEXT,
  target: TEXT,
  stall: A | B | TEXT,
  health: A | B | N | TEXT,
  gate: A | TEXT,
  halt: TEXT,
  note: TEXT,
});

function layout(fields: Readonly<Record<OpName, number>>): (readonly [OpName, number])[] {
  const table: (readonly [OpName, number])[] = [];
  for (const name of Object.keys(OP) as OpName[]) table[OP[name]] = [name, fields[name]];
  return table;
}

const MAGIC = 'TWLEDGER';
const BLOCK_TARGET = 48 * 1024;
const BLOCK_LIMIT = 64 * 1024;
const ENTRY_BYTES_MAX = 1100;
const TEXT_BYTES_MAX = 900;

/** Packs entries into blocks and hands each finished block on. Knows nothing of files. */
export class LedgerEncoder {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #buffer = new Uint8Array(BLOCK_LIMIT);
  readonly #texts = new Map<string, number>();
  readonly #utf8 = new TextEncoder();
  #at = 0;
  #count = 0;
  #time = 0;
  /** Entries written so far. */
  entries = 0;
  /** Bytes emitted so far. */
  bytes = 0;

  constructor(header: SegmentHeader, emit: (bytes: Uint8Array) => void) {
    this.#emit = (bytes) => {
      this.bytes += bytes.length;
      emit(bytes);
    };
    this.#emit(encodeHeader(header));
  }

  /** `t` in microseconds; times within a segment never go back. */
  write(t: number, op: OpName, fields: EntryFields): void {
    if (this.#count === 0) this.#begin(t);
    const at = t > this.#time ? t : this.#time;
    const code = OP[op];
    const shape = (OPS[code] as readonly [OpName, number])[1];
    this.#buffer[this.#at++] = code;
    this.#varint(at - this.#time);
    this.#time = at;
    if (shape & DEVICE) this.#varint((fields.device ?? -1) + 1);
    if (shape & MESSAGE) this.#buffer[this.#at++] = fields.stream ?? 0;
    if (shape & (MESSAGE | N)) this.#varint(fields.n ?? 0);
    if (shape & A) this.#signed(fields.a ?? 0);
    if (shape & B) this.#signed(fields.b ?? 0);
    if (shape & HASH) this.#u32(fields.hash ?? 0);
    if (shape & FLAGS) this.#buffer[this.#at++] = fields.flags ?? 0;
    if (shape & TEXT) this.#text(fields.text ?? '');
    this.#count++;
    this.entries++;
    if (this.#at >= BLOCK_TARGET) this.flush();
  }

  /** Emits what is pending as a block of its own. */
  flush(): void {
    if (this.#count === 0) return;
    const block = new Uint8Array(12 + this.#at);
    block.set(this.#buffer.subarray(0, this.#at), 12);
    const view = new DataView(block.buffer);
    view.setUint32(0, this.#at, true);
    view.setUint32(8, this.#count, true);
    view.setUint32(4, crc32(block.subarray(8)), true);
    this.#count = 0;
    this.#at = 0;
    this.#texts.clear();
    this.#emit(block);
  }

  #begin(t: number): void {
    this.#time = Math.max(t, this.#time, 0);
    this.#varint(this.#time);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#at++] = rest;
  }

  #signed(value: number): void {
    this.#varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  #u32(value: number): void {
    this.#buffer[this.#at++] = value & 255;
    this.#buffer[this.#at++] = (value >>> 8) & 255;
    this.#buffer[this.#at++] = (value >>> 16) & 255;
    this.#buffer[this.#at++] = value >>> 24;
  }

  /** A text is written once per block and then named by its number. */
  #text(text: string): void {
    const known = this.#texts.get(text);
    if (known !== undefined) {
      this.#varint(known);
      return;
    }
    const bytes = this.#utf8.encode(text).subarray(0, TEXT_BYTES_MAX);
    this.#varint(0);
    this.#varint(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
    this.#texts.set(text, this.#texts.size + 1);
    assert(this.#at + ENTRY_BYTES_MAX < BLOCK_LIMIT, 'a ledger entry must fit its block');
  }
}

function encodeHeader(header: SegmentHeader): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(MAGIC.length + 1 + 4 + json.length + 4);
  bytes.set(new TextEncoder().encode(MAGIC));
  bytes[MAGIC.length] = 1;
  const view = new DataView(bytes.buffer);
  view.setUint32(MAGIC.length + 1, json.length, true);
  bytes.set(json, MAGIC.length + 5);
  view.setUint32(MAGIC.length + 5 + json.length, crc32(json), true);
  return bytes;
}

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

/**
 * Pulls entries out of a segment, block by block, and stops where the first damaged block begins.
 */
export class SegmentReader {
  readonly header: SegmentHeader;
  /**
   * How many bytes at the end could not be read; 0 for a whole segment. Final once next() gave
   * null.
   */
  tornBytes = 0;
  readonly #source: SegmentSource;
  readonly #entry: Entry = {
    t: 0,
    op: 'note',
    device: -1,
    stream: -1,
    n: 0,
    a: 0,
    b: 0,
    hash: 0,
    flags: 0,
    text: '',
  };
  readonly #utf8 = new TextDecoder();
  #offset: number;
  #block: Uint8Array = new Uint8Array(0);
  #at = 0;
  #left = 0;
  #time = 0;
  #texts: string[] = [];

  constructor(source: SegmentSource) {
    this.#source = source;
    const head = source.read(0, MAGIC.length + 5);
    assert(
      head.length === MAGIC.length + 5 && this.#utf8.decode(head.subarray(0, 8)) === MAGIC,
      'not a ledger',
    );
    assert(head[8] === 1, `ledger version ${head[8]} is not known`);
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

  /** The next entry, in an object that is reused, or null at the end. */
  next(): Entry | null {
    if (this.#left === 0 && !this.#load()) return null;
    this.#left--;
    const entry = this.#entry;
    const [op, shape] = OPS[this.#block[this.#at++] as number] ?? unreadable();
    this.#time += this.#varint();
    entry.t = this.#time;
    entry.op = op;
    entry.device = shape & DEVICE ? this.#varint() - 1 : -1;
    entry.stream = shape & MESSAGE ? (this.#block[this.#at++] as number) : -1;
    entry.n = shape & (MESSAGE | N) ? this.#varint() : 0;
    entry.a = shape & A ? this.#signed() : 0;
    entry.b = shape & B ? this.#signed() : 0;
    entry.hash = shape & HASH ? this.#u32() : 0;
    entry.flags = shape & FLAGS ? (this.#block[this.#at++] as number) : 0;
    entry.text = shape & TEXT ? this.#text() : '';
    return entry;
  }

  #load(): boolean {
    const left = this.#source.size - this.#offset;
    if (left === 0) return false;
    this.tornBytes = left;
    if (left < 12) return false;
    const head = view(this.#source.read(this.#offset, 12));
    const length = head.getUint32(0, true);
    if (length > BLOCK_LIMIT || length > left - 12) return false;
    const covered = this.#source.read(this.#offset + 8, length + 4);
    if (covered.length < length + 4 || crc32(covered) !== head.getUint32(4, true)) return false;
    this.tornBytes = 0;
    this.#offset += 12 + length;
    this.#block = covered.subarray(4);
    this.#at = 0;
    this.#left = head.getUint32(8, true);
    this.#texts = [];
    this.#time = this.#varint();
    return this.#left > 0 || this.#load();
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

function unreadable(): never {
  throw new Error('broken invariant: a ledger block with a good checksum holds an unknown op');
}

const view = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

/** CRC-32 as in zip and Ethernet. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) {
    crc = (CRC_TABLE[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
