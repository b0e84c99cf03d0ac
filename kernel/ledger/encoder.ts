/** Packs entries into blocks and hands each finished block on. Knows nothing of files. */
import { assert } from '../errors.ts';
import { Misuse, misnamed } from '../plugins/guard.ts';
import { crc32 } from './crc32.ts';
import type { FieldsOf, FieldValue, SegmentHeader } from './entry.ts';
import {
  BLOCK_COVERED,
  BLOCK_HEAD,
  BLOCK_LIMIT,
  MAGIC,
  type OpLayout,
  type OpTable,
  opTable,
  VERSION,
} from './layout.ts';
import { DECLARED_FROM, type DeclaredOp, type FieldForm, type OpName } from './ops.ts';

const BLOCK_TARGET = 48 * 1024;
const ENTRY_BYTES_MAX = 1100;
export const TEXT_BYTES_MAX = 900;

export class LedgerEncoder {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #ops: OpTable;
  readonly #buffer = new Uint8Array(BLOCK_LIMIT);
  readonly #texts = new Map<string, number>();
  readonly #utf8 = new TextEncoder();
  readonly #seed: number;
  #at = 0;
  #count = 0;
  #time = 0;
  /** Blocks emitted so far: the number of the next one. */
  #blocks = 0;
  /** Entries written so far. */
  entries = 0;
  /** Bytes emitted so far. */
  bytes = 0;

  constructor(header: SegmentHeader, emit: (bytes: Uint8Array) => void, ops = opTable()) {
    this.#ops = ops;
    this.#emit = (bytes) => {
      this.bytes += bytes.length;
      emit(bytes);
    };
    const json = new TextEncoder().encode(JSON.stringify(header));
    this.#seed = crc32(json);
    this.#emit(encodeHeader(json, this.#seed));
  }

  /** `t` in microseconds; times within a segment never go back. */
  write<O extends OpName | DeclaredOp>(t: number, op: O, fields: FieldsOf<O>): void {
    const layout = layoutFor(this.#ops, op, fields);
    if (this.#count === 0) this.#begin(t);
    const at = t > this.#time ? t : this.#time;
    this.#buffer[this.#at++] = layout.code;
    this.#varint(at - this.#time);
    this.#time = at;
    const values = fields as Readonly<Record<string, FieldValue>>;
    const { names, forms } = layout;
    for (let i = 0; i < names.length; i++) {
      this.#field(forms[i] as FieldForm, values[names[i] as string] as FieldValue);
    }
    this.#count++;
    this.entries++;
    if (this.#at >= BLOCK_TARGET) this.flush();
  }

  /** Emits what is pending as a block of its own. */
  flush(): void {
    if (this.#count === 0) return;
    this.#block();
    this.#texts.clear();
  }

  /** The last of a segment that came to its end in good order: it says how much there is. */
  close(): void {
    this.flush();
    this.#varint(this.entries);
    this.#block();
  }

  #block(): void {
    const block = new Uint8Array(BLOCK_HEAD + this.#at);
    block.set(this.#buffer.subarray(0, this.#at), BLOCK_HEAD);
    const view = new DataView(block.buffer);
    view.setUint32(0, this.#at, true);
    view.setUint32(8, this.#blocks++, true);
    view.setUint32(12, this.#count, true);
    view.setUint32(4, crc32(block.subarray(BLOCK_COVERED), this.#seed), true);
    this.#count = 0;
    this.#at = 0;
    this.#emit(block);
  }

  #begin(t: number): void {
    this.#time = Math.max(t, this.#time, 0);
    this.#varint(this.#time);
  }

  #field(form: FieldForm, value: FieldValue): void {
    switch (form) {
      case 'device':
        return this.#varint((value as number) + 1);
      case 'stream':
      case 'flags':
        this.#buffer[this.#at++] = value as number;
        return;
      case 'count':
        return this.#varint(value as number);
      case 'signed':
        return this.#signed(value as number);
      case 'boolean':
        return this.#signed(value ? 1 : 0);
      case 'hash':
        return this.#u32(value as number);
      case 'text':
        return this.#text(value as string);
    }
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

function encodeHeader(json: Uint8Array, crc: number): Uint8Array {
  const bytes = new Uint8Array(MAGIC.length + 1 + 4 + json.length + 4);
  bytes.set(new TextEncoder().encode(MAGIC));
  bytes[MAGIC.length] = VERSION;
  const view = new DataView(bytes.buffer);
  view.setUint32(MAGIC.length + 1, json.length, true);
  bytes.set(json, MAGIC.length + 5);
  view.setUint32(MAGIC.length + 5 + json.length, crc, true);
  return bytes;
}

/** How an op is written. Throws for one that nobody declares, or that has other fields. */
export function layoutFor(ops: OpTable, op: string, fields: object): OpLayout {
  const layout = ops.byName.get(op);
  if (layout === undefined) {
    throw misnamed(`the plan declares no op '${op}'`, op, ops.byName.keys());
  }
  if (layout.code >= DECLARED_FROM) assertWhole(layout, fields);
  return layout;
}

/** What a plug-in writes is its author's word: a field left out would be read back as 0. */
function assertWhole({ name, names, forms }: OpLayout, fields: object): void {
  const given = fields as Readonly<Record<string, unknown>>;
  const odd = Object.keys(given).find((field) => !names.includes(field));
  if (odd !== undefined) throw misnamed(`the op ${name} declares no field '${odd}'`, odd, names);
  names.forEach((field, index) => {
    if (!isOf(forms[index] as FieldForm, given[field])) {
      throw new Misuse(`the op ${name} must be written with a ${forms[index]} as ${field}`);
    }
  });
}

function isOf(form: FieldForm, value: unknown): boolean {
  if (form === 'text') return typeof value === 'string';
  if (form === 'boolean') return typeof value === 'boolean';
  const [least, most] = RANGES[form];
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

/** What the bytes of a form hold; anything else would be read back as another number. */
const RANGES: Readonly<Record<Exclude<FieldForm, 'text' | 'boolean'>, [number, number]>> = {
  device: [-1, Number.MAX_SAFE_INTEGER - 1],
  stream: [0, 255],
  flags: [0, 255],
  count: [0, Number.MAX_SAFE_INTEGER],
  // The sign takes a bit of its own.
  signed: [-(2 ** 52), 2 ** 52 - 1],
  hash: [0, 2 ** 32 - 1],
};
