/**
 * Where an image lies while it is loaded. How far that is the flash itself says, by its last page
 * that is not erased; that page is loaded once more, since power may have been lost in it, and
 * programming the same again makes it whole.
 */
import { type Flash, PAGE_BYTES, SECTOR_BYTES, SECTOR_PAGES } from './flash.ts';

export class Stage {
  readonly #flash: Flash;
  readonly #first: number;
  readonly sectors: number;
  /** Of its room, what nothing else takes up. */
  share = 1;

  constructor(flash: Flash, first: number, sectors: number) {
    this.#flash = flash;
    this.#first = first;
    this.sectors = sectors;
  }

  get capacity(): number {
    return Math.floor(this.sectors * this.share) * SECTOR_BYTES;
  }

  /** Where it lies in the flash. */
  get places(): number[] {
    return Array.from({ length: this.sectors }, (_, sector) => this.#first + sector);
  }

  /** False where a sector cannot be erased any more. */
  eraseAll(): boolean {
    for (const sector of this.places) this.#flash.erase(sector);
    return this.places.every((sector) => this.#flash.isSectorErased(sector));
  }

  /** Bytes that are surely there: where loading goes on. */
  loaded(): number {
    for (let page = this.sectors * SECTOR_PAGES - 1; page >= 0; page--) {
      const [sector, within] = [Math.floor(page / SECTOR_PAGES), page % SECTOR_PAGES];
      if (!this.#flash.isErased(this.#first + sector, within)) return page * PAGE_BYTES;
    }
    return 0;
  }

  /** One page, or the end of the image; `at` is where a page begins. */
  write(at: number, bytes: Uint8Array): void {
    const within = (at % SECTOR_BYTES) / PAGE_BYTES;
    this.#flash.program(this.#first + Math.floor(at / SECTOR_BYTES), within, bytes);
  }

  read(at: number, length: number): Uint8Array {
    return this.#flash.read(this.#first + Math.floor(at / SECTOR_BYTES), at % SECTOR_BYTES, length);
  }

  bytes(size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += SECTOR_BYTES) {
      bytes.set(this.read(at, Math.min(SECTOR_BYTES, size - at)), at);
    }
    return bytes;
  }
}
