/**
 * How large the parts of a flash are: banks that any image fits, and a journal with room for the
 * largest offer and all keys that ever come, and half as much again, so that it is not moved over
 * all the time.
 */
import type { FirmwareImage } from '#kernel';
import { SECTOR_BYTES, SECTOR_PAGES } from './flash.ts';
import { pagesOfRecord, SIDES } from './journal.ts';

/** In sectors. */
export interface Layout {
  bank: number;
  /** One of its sides. */
  journal: number;
}

/** Names of campaigns, reasons, numbers. */
const SMALL = 'x'.repeat(160);
/** Its head, the phase, the counter, and how the last one ended. */
const SMALL_PAGES = 4;

export function layoutFor(images: readonly FirmwareImage[]): Layout {
  const size = Math.max(1, ...images.map((image) => image.size));
  const offers = images.map(({ text, signature }) =>
    pagesOfRecord(SMALL, { signed: { text, signature } }),
  );
  const brought = new Map(images.flatMap(({ brings = [] }) => brings.map((key) => [key.id, key])));
  const withdrawn = images.flatMap(({ withdraws = [] }) => withdraws);
  const keys = pagesOfRecord('keys', { brought: [...brought.values()], withdrawn });
  const pages = SMALL_PAGES + Math.max(...offers) + keys;
  return {
    bank: Math.ceil(size / SECTOR_BYTES),
    journal: Math.ceil((1.5 * pages) / SECTOR_PAGES),
  };
}

export const sectorsOf = ({ bank, journal }: Layout): number => 3 * bank + 2 + SIDES * journal;
