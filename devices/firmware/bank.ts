/**
 * One of the two places that an image is run from: its sectors, and a trailer behind them. The
 * trailer holds the signed manifest, and marks each of which is programmed once: that it may be
 * tried, that it was, that it is kept, that it is given up. A mark that power was lost in is none,
 * but for the one that says that it was tried, of which the least trace counts.
 */
import { assert, bytesOfHex, crc32, hexOf, readSigned, type SignedManifest } from '#kernel';
import { type Flash, PAGE_BYTES, SECTOR_BYTES, SECTOR_PAGES } from './flash.ts';

export const MARKS = ['ready', 'tried', 'kept', 'given-up'] as const;
export type Mark = (typeof MARKS)[number];

/** The pages before it hold a manifest with the longest signature that there is. */
const FIRST_MARK = SECTOR_PAGES - MARKS.length;
const MARK_BYTES = 16;
const MAGIC = 0x5a;
/** magic textLength:u16 signatureLength:u16 crc:u32 serial:u32, then both. */
const [CRC_AT, SERIAL_AT, HEAD_BYTES] = [5, 9, 13];

export interface BankHead {
  /** Of two banks the one with the higher was installed later. */
  serial: number;
  signed: SignedManifest;
}

export class Bank {
  readonly #flash: Flash;
  readonly first: number;
  readonly sectors: number;

  /** So many sectors from `first` on, and the trailer in the one behind. */
  constructor(flash: Flash, first: number, sectors: number) {
    this.#flash = flash;
    this.first = first;
    this.sectors = sectors;
  }

  get trailer(): number {
    return this.first + this.sectors;
  }

  get capacity(): number {
    return this.sectors * SECTOR_BYTES;
  }

  /** Where it lies in the flash. */
  get places(): number[] {
    return Array.from({ length: this.sectors + 1 }, (_, sector) => this.first + sector);
  }

  /** Null where there is none that is whole. */
  head(): BankHead | null {
    const bytes = this.#flash.read(this.trailer);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes[0] !== MAGIC) return null;
    const [text, signature] = [view.getUint16(1), view.getUint16(3)];
    const end = HEAD_BYTES + text + signature;
    if (end > FIRST_MARK * PAGE_BYTES) return null;
    if (view.getUint32(CRC_AT) !== crc32(bytes.subarray(SERIAL_AT, end))) return null;
    const signed = readSigned({
      text: new TextDecoder().decode(bytes.subarray(HEAD_BYTES, HEAD_BYTES + text)),
      signature: hexOf(bytes.subarray(HEAD_BYTES + text, end)),
    });
    return signed === null ? null : { serial: view.getUint32(SERIAL_AT), signed };
  }

  has(mark: Mark): boolean {
    return this.#mark(mark).every((byte) => byte === MAGIC);
  }

  /** It, or what a loss of power left of it. */
  hasTrace(mark: Mark): boolean {
    return this.#mark(mark).some((byte) => byte !== 0xff);
  }

  set(mark: Mark): void {
    const page = FIRST_MARK + MARKS.indexOf(mark);
    this.#flash.program(this.trailer, page, new Uint8Array(MARK_BYTES).fill(MAGIC));
  }

  bytes(size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += SECTOR_BYTES) {
      const sector = this.first + at / SECTOR_BYTES;
      bytes.set(this.#flash.read(sector, 0, Math.min(SECTOR_BYTES, size - at)), at);
    }
    return bytes;
  }

  /** The pages of the trailer that hold this, first to last. */
  static headPages({ serial, signed }: BankHead): Uint8Array[] {
    const text = new TextEncoder().encode(signed.text);
    const signature = bytesOfHex(signed.signature);
    const bytes = new Uint8Array(HEAD_BYTES + text.length + signature.length);
    const view = new DataView(bytes.buffer);
    bytes[0] = MAGIC;
    view.setUint16(1, text.length);
    view.setUint16(3, signature.length);
    view.setUint32(SERIAL_AT, serial);
    bytes.set(text, HEAD_BYTES);
    bytes.set(signature, HEAD_BYTES + text.length);
    view.setUint32(CRC_AT, crc32(bytes.subarray(SERIAL_AT)));
    assert(bytes.length <= FIRST_MARK * PAGE_BYTES, 'a manifest fits its trailer');
    return pages(bytes);
  }

  #mark(mark: Mark): Uint8Array {
    const page = FIRST_MARK + MARKS.indexOf(mark);
    return this.#flash.read(this.trailer, page * PAGE_BYTES, MARK_BYTES);
  }
}

/** Cut into pages, the last as long as it is. */
export const pages = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / PAGE_BYTES) }, (_, page) =>
    bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES),
  );
