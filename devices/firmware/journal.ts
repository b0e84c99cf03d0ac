/**
 * Small things that must outlive any loss of power: which counter is the least, what is being
 * installed, which keys are trusted, how the last attempt ended. A journal has three sides of some
 * sectors each: what changes is written behind what is there, and where no room is left, all that
 * still counts is written to another side, whose head comes last. So at any step one of them is
 * whole, and where a side cannot be erased any more there is a third.
 *
 *   side = head(page 0: magic generation:u32 crc:u32) record*
 *   record = magic:u8 length:u16 crc:u32 text, from the start of a page
 */
import { assert, crc32 } from '#kernel';
import { type Flash, PAGE_BYTES, SECTOR_PAGES } from './flash.ts';

const HEAD_MAGIC = 0xc3;
const RECORD_MAGIC = 0xa5;
const RECORD_HEAD = 7;
export const SIDES = 3;
/** Pages for how far an update is, and how it ended. */
const SPARE = 2;

export class Journal {
  readonly #flash: Flash;
  readonly #first: number;
  /** Of one side. */
  readonly #sectors: number;
  #values = new Map<string, unknown>();
  /** The first sector of the side that counts. */
  #side = 0;
  #generation = 0;
  /** The first page of it that nothing was written to. */
  #free = 0;

  /** Each side has so many sectors, the one from `first` on, the others behind it. */
  constructor(flash: Flash, first: number, sectors: number) {
    this.#flash = flash;
    this.#first = first;
    this.#sectors = sectors;
  }

  get #sides(): number[] {
    return Array.from({ length: SIDES }, (_, side) => this.#first + side * this.#sectors);
  }

  /** Where it lies in the flash. */
  get places(): number[] {
    return Array.from({ length: SIDES * this.#sectors }, (_, sector) => this.#first + sector);
  }

  get #pages(): number {
    return this.#sectors * SECTOR_PAGES;
  }

  /** As after every loss of power: what is in the flash is what is known. */
  open(): void {
    const generations = this.#sides.map((sector) => this.#generationOf(sector));
    this.#generation = Math.max(...generations);
    this.#side = this.#sides[generations.indexOf(this.#generation)] ?? this.#first;
    this.#values = new Map();
    // Without a head nothing in it counts, and the first record makes one.
    this.#free = this.#generation === 0 ? this.#pages : this.#scan();
  }

  get(key: string): unknown {
    return this.#values.get(key);
  }

  /** Whether that can be known beside all that is, and small things yet to come. */
  hasRoomFor(key: string, value: unknown): boolean {
    const others = [...this.#values].filter(([name]) => name !== key);
    const all = [...others, [key, value] as const];
    const pages = all.reduce((sum, [name, one]) => sum + pagesOfRecord(name, one), 1 + SPARE);
    return pages <= this.#pages;
  }

  /** Undefined takes it out. */
  put(key: string, value: unknown): void {
    const record = recordOf(key, value);
    this.#values.delete(key);
    if (value !== undefined) this.#values.set(key, value);
    if (this.#free + pagesOf(record) > this.#pages) return this.#moveOver();
    this.#free = this.#write(this.#side, this.#free, record);
  }

  /** Where no other side can be erased, what changed is known until power goes. */
  #moveOver(): void {
    const at = this.#sides.indexOf(this.#side);
    const others = [...this.#sides.slice(at + 1), ...this.#sides.slice(0, at)];
    const other = others.find((side) => this.#erases(side));
    if (other === undefined) return;
    let page = 1;
    for (const [key, value] of this.#values) page = this.#write(other, page, recordOf(key, value));
    assert(page <= this.#pages, 'what a journal holds fits one side of it');
    this.#generation++;
    this.#flash.program(other, 0, headOf(this.#generation));
    this.#side = other;
    this.#free = page;
  }

  #erases(side: number): boolean {
    const sectors = Array.from({ length: this.#sectors }, (_, sector) => side + sector);
    for (const sector of sectors) this.#flash.erase(sector);
    return sectors.every((sector) => this.#flash.isSectorErased(sector));
  }

  #write(side: number, page: number, record: Uint8Array): number {
    const pages = pagesOf(record);
    for (let k = 0; k < pages; k++) {
      const [sector, within] = placeOf(side, page + k);
      const from = k * PAGE_BYTES;
      this.#flash.program(sector, within, record.subarray(from, from + PAGE_BYTES));
    }
    return page + pages;
  }

  #generationOf(sector: number): number {
    const head = this.#flash.read(sector, 0, 9);
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    const isWhole = head[0] === HEAD_MAGIC && view.getUint32(5) === crc32(head.subarray(0, 5));
    return isWhole ? view.getUint32(1) : 0;
  }

  /** A record that power was lost in is passed over. */
  #scan(): number {
    let free = 1;
    for (let page = 1; page < this.#pages; ) {
      const read = this.#recordAt(page);
      if (read !== null) {
        const [key, value] = read.said;
        this.#values.delete(key);
        if (value !== null) this.#values.set(key, value);
        page += read.pages;
        free = page;
      } else {
        if (!this.#flash.isErased(...placeOf(this.#side, page))) free = page + 1;
        page++;
      }
    }
    return free;
  }

  #recordAt(page: number): { said: [string, unknown]; pages: number } | null {
    const head = this.#page(page);
    if (head[0] !== RECORD_MAGIC) return null;
    const length = new DataView(head.buffer, head.byteOffset, head.length).getUint16(1);
    const pages = Math.ceil((RECORD_HEAD + length) / PAGE_BYTES);
    if (page + pages > this.#pages) return null;
    const bytes = new Uint8Array(pages * PAGE_BYTES);
    for (let k = 0; k < pages; k++) bytes.set(this.#page(page + k), k * PAGE_BYTES);
    const text = bytes.subarray(RECORD_HEAD, RECORD_HEAD + length);
    if (new DataView(bytes.buffer).getUint32(3) !== crc32(text)) return null;
    return { said: JSON.parse(new TextDecoder().decode(text)) as [string, unknown], pages };
  }

  #page(page: number): Uint8Array {
    const [sector, within] = placeOf(this.#side, page);
    return this.#flash.read(sector, within * PAGE_BYTES, PAGE_BYTES);
  }
}

/** Sector, and page in it, of a page of a side. */
const placeOf = (side: number, page: number): [number, number] => [
  side + Math.floor(page / SECTOR_PAGES),
  page % SECTOR_PAGES,
];

/** So many pages takes up what is to be known under that name. */
export const pagesOfRecord = (key: string, value: unknown): number => pagesOf(recordOf(key, value));

const pagesOf = (record: Uint8Array): number => Math.ceil(record.length / PAGE_BYTES);

function recordOf(key: string, value: unknown): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify([key, value ?? null]));
  const record = new Uint8Array(RECORD_HEAD + text.length);
  const view = new DataView(record.buffer);
  record[0] = RECORD_MAGIC;
  view.setUint16(1, text.length);
  view.setUint32(3, crc32(text));
  record.set(text, RECORD_HEAD);
  return record;
}

/** For what leaves the factory with a journal. */
export function headOf(generation: number): Uint8Array {
  const head = new Uint8Array(9);
  const view = new DataView(head.buffer);
  head[0] = HEAD_MAGIC;
  view.setUint32(1, generation);
  view.setUint32(5, crc32(head.subarray(0, 5)));
  return head;
}
