/**
 * Into the bank that is not used. The trailer goes first, so that nobody ever takes a
 * bank that is half old and half new for an image; the mark that it is ready comes last. Whoever
 * lost power on the way begins again.
 */
import { readManifest, type SignedManifest } from '#kernel';
import { Bank } from './bank.ts';
import type { Care } from './care.ts';
import { type Flash, PAGE_BYTES, SECTOR_BYTES } from './flash.ts';

/** So long a step keeps the flash busy. */
const PROGRAM_MS = 2;
export const ERASE_MS = 40;
/** What is written over what could not be erased is neither. */
export const WORN = 'worn sector';

/** The flash, and what is looked at before anything counts. */
export interface Where {
  readonly flash: Flash;
  readonly care: Care;
  flawOf(signed: SignedManifest, bytes: Uint8Array, isKept?: boolean): string | null;
  sha256Hex(bytes: Uint8Array): string;
}

/**
 * Step by step; each tells how long it takes. What comes back at the end is what is wrong with what
 * was written, or null.
 */
export function* install(
  where: Where,
  bank: Bank,
  other: Bank,
  signed: SignedManifest,
  image: Uint8Array,
): Generator<number, string | null> {
  const { flash, care } = where;
  const { version = '' } = readManifest(signed.text) ?? {};
  const size = image.length;
  flash.erase(bank.trailer);
  yield ERASE_MS;
  if (!flash.isSectorErased(bank.trailer)) return WORN;
  const serial = (other.head()?.serial ?? 0) + 1;
  for (let sector = 0; sector * SECTOR_BYTES < size; sector++) {
    flash.erase(bank.first + sector);
    yield ERASE_MS;
    if (!flash.isSectorErased(bank.first + sector)) return WORN;
    const isLast = (sector + 1) * SECTOR_BYTES >= size;
    if (isLast && !care.finishes(version)) break;
    for (let at = 0; at < SECTOR_BYTES; at += PAGE_BYTES) {
      const from = sector * SECTOR_BYTES + at;
      if (from >= size) break;
      const page = image.subarray(from, from + PAGE_BYTES);
      flash.program(bank.first + sector, at / PAGE_BYTES, page);
      yield PROGRAM_MS;
    }
  }
  const flaw = where.flawOf(signed, bank.bytes(size));
  if (flaw !== null) return flaw;
  for (const [page, bytes] of pagesOf(serial, signed)) {
    flash.program(bank.trailer, page, bytes);
    yield PROGRAM_MS;
  }
  bank.set('ready');
  yield PROGRAM_MS;
  return null;
}

const pagesOf = (serial: number, signed: SignedManifest): [number, Uint8Array][] =>
  Bank.headPages({ serial, signed }).map((bytes, page) => [page, bytes]);
