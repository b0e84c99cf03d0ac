/**
 * The flash of a device, as such memory is: a sector is erased as a whole, to ones; a page is
 * programmed and can only make zeros of ones. Each erase and each program is one step, and power
 * may go at any of them: before it, or half way, which leaves half of what it was to do. What it
 * does to the rest of a device is nobody's choice here; a test says at which step it goes.
 */

export const PAGE_BYTES = 256;
export const SECTOR_PAGES = 16;
export const SECTOR_BYTES = PAGE_BYTES * SECTOR_PAGES;

/** `torn`: the step is begun, and half of it done. */
export type Cut = 'none' | 'before' | 'torn';

/** Power went in a step; nothing of the device goes on. */
export class PowerLost extends Error {
  override name = 'PowerLost';
}

const ERASED = new Uint8Array(SECTOR_BYTES).fill(0xff);

/** How much of a sector an erase leaves out. */
export type Wear = 'nothing' | 'half';

export class Flash {
  /** How often each sector was erased. */
  readonly erases: number[];
  /** Steps so far. */
  steps = 0;
  /** When power goes: asked at each step by its number. */
  cutAt: ((step: number) => Cut) | null = null;
  /** Which sectors are worn; asked at each erase. */
  wornAt: ((sector: number) => Wear | null) | null = null;
  /** Told after each erase of a worn one, with how many bytes were not erased before it. */
  erased: ((sector: number, before: number) => void) | null = null;
  readonly #sectors: Uint8Array[];
  /** Those that nobody else has; the others are as they left the factory, the same in all. */
  readonly #own: boolean[];

  constructor(sectors: readonly (Uint8Array | null)[]) {
    this.#sectors = sectors.map((sector) => sector ?? ERASED);
    this.#own = sectors.map(() => false);
    this.erases = sectors.map(() => 0);
  }

  read(sector: number, from = 0, length = SECTOR_BYTES - from): Uint8Array {
    return this.#at(sector).subarray(from, from + length);
  }

  isErased(sector: number, page: number): boolean {
    const bytes = this.#at(sector);
    if (bytes === ERASED) return true;
    const end = (page + 1) * PAGE_BYTES;
    for (let at = page * PAGE_BYTES; at < end; at++) if (bytes[at] !== 0xff) return false;
    return true;
  }

  isSectorErased(sector: number): boolean {
    return this.#at(sector) === ERASED || this.written(sector) === 0;
  }

  /** So many bytes of it are not erased. */
  written(sector: number): number {
    return this.#at(sector).reduce((sum, byte) => sum + (byte === 0xff ? 0 : 1), 0);
  }

  /** A bit turns by itself. */
  turn(sector: number, at: number, bit: number): void {
    const own = this.#mine(sector);
    own[at] = (own[at] ?? 0) ^ (1 << bit);
  }

  erase(sector: number): void {
    const worn = this.wornAt?.(sector) ?? null;
    const before = worn === null ? 0 : this.written(sector);
    const half = (): void => void this.#mine(sector).fill(0xff, 0, SECTOR_BYTES / 2);
    this.#step(
      () => {
        if (worn !== 'nothing') half();
      },
      () => {
        if (worn !== null) {
          this.erases[sector] = (this.erases[sector] ?? 0) + 1;
          if (worn === 'half') half();
          return this.erased?.(sector, before);
        }
        this.#sectors[sector] = ERASED;
        this.#own[sector] = false;
        this.erases[sector] = (this.erases[sector] ?? 0) + 1;
      },
    );
  }

  program(sector: number, page: number, bytes: Uint8Array): void {
    const write = (length: number): void => {
      const own = this.#mine(sector);
      const from = page * PAGE_BYTES;
      for (let k = 0; k < length; k++) own[from + k] = (own[from + k] ?? 0) & (bytes[k] ?? 0xff);
    };
    const length = Math.min(bytes.length, PAGE_BYTES);
    this.#step(
      () => write(Math.floor(length / 2)),
      () => write(length),
    );
  }

  #step(half: () => void, whole: () => void): void {
    const cut = this.cutAt?.(this.steps++) ?? 'none';
    if (cut === 'none') return whole();
    if (cut === 'torn') half();
    throw new PowerLost(`at step ${this.steps - 1}`);
  }

  #at(sector: number): Uint8Array {
    const bytes = this.#sectors[sector];
    if (bytes === undefined) throw new RangeError(`there is no sector ${sector}`);
    return bytes;
  }

  #mine(sector: number): Uint8Array {
    if (this.#own[sector] === true) return this.#at(sector);
    const copy = Uint8Array.from(this.#at(sector));
    this.#sectors[sector] = copy;
    this.#own[sector] = true;
    return copy;
  }
}
