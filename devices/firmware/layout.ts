/**
 * How large the parts of a flash are: banks that any image fits, and a journal with room for the
 * largest offer and all keys that ever come, and half as much again, so that it is not moved over
 * all the time.
 */
import { ARTEFACTS, type ArtefactKind, type FirmwareImage } from '#kernel';
import { SECTOR_BYTES, SECTOR_PAGES } from './flash.ts';
import { pagesOfRecord, SIDES } from './journal.ts';

/** In sectors. */
export interface Layout {
  bank: number;
  /** One of its sides. */
  journal: number;
  /** Of each artefact that ever comes, one of its two banks. */
  slots?: Readonly<Partial<Record<ArtefactKind, number>>>;
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
  const slots = ARTEFACTS.flatMap((kind) => {
    const own = images.filter(({ artefact }) => artefact?.kind === kind).map((one) => one.size);
    return own.length === 0 ? [] : [[kind, sectorsFor(Math.max(...own))]];
  });
  return {
    bank: sectorsFor(size),
    journal: Math.ceil((1.5 * pages) / SECTOR_PAGES),
    slots: Object.fromEntries(slots),
  };
}

const sectorsFor = (bytes: number): number => Math.ceil(bytes / SECTOR_BYTES);

/** Where each slot lies, and one of its banks without its trailer. */
export function slotsIn({ bank: program, journal, slots = {} }: Layout) {
  let first = 3 * program + 2 + SIDES * journal;
  return ARTEFACTS.flatMap((kind) => {
    const bank = slots[kind];
    if (bank === undefined) return [];
    const slot = { kind, first, bank };
    first += 2 * (bank + 1);
    return [slot];
  });
}

export function sectorsOf(layout: Layout): number {
  const own = slotsIn(layout).reduce((sum, { bank }) => sum + 2 * (bank + 1), 0);
  return 3 * layout.bank + 2 + SIDES * layout.journal + own;
}
