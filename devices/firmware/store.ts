/**
 * How the flash of a device is laid out: two banks to run from, a stage where what is loaded lies
 * until it is whole, and the journal. And what a device trusts: keys, its own board, and the least
 * counter that it goes by.
 *
 *   bank 0 | trailer | bank 1 | trailer | stage | journal (2)
 */
import {
  builtImage,
  bytesOfHex,
  type FirmwareImage,
  type FirmwareKey,
  type Manifest,
  readManifest,
  type Seals,
  type SignedManifest,
} from '#kernel';
import { Bank, MARKS, pages } from './bank.ts';
import { Flash, PAGE_BYTES, SECTOR_BYTES } from './flash.ts';
import { headOf, Journal } from './journal.ts';
import { Stage } from './stage.ts';

const FLOOR = 'floor';

export interface Trust {
  keys: readonly FirmwareKey[];
  hardware: string;
  seals: Seals;
}

/** What firmware looks at. A planted bug lets something pass; it is asked where that matters. */
export interface Care {
  /** An image is no good: false takes it all the same. */
  refuses(version: string, flaw: string): boolean;
  /** A boot is to look at what was looked at before: false trusts the flash. */
  looksAgain(version: string): boolean;
  /** An image is of an older counter than was kept: false takes it all the same. */
  refusesOlder(version: string): boolean;
  /** The last sector is to be written, before anything says that the image is there. */
  finishes(version: string): boolean;
  /** An image is ready to be tried: false counts it as kept before it has proved itself. */
  waits(version: string): boolean;
}

export const CAREFUL: Care = {
  refuses: () => true,
  looksAgain: () => true,
  refusesOlder: () => true,
  finishes: () => true,
  waits: () => true,
};

export class FirmwareStore {
  readonly flash: Flash;
  readonly banks: readonly [Bank, Bank];
  readonly stage: Stage;
  readonly journal: Journal;
  readonly trust: Trust;
  readonly care: Care;

  constructor(flash: Flash, sectors: number, trust: Trust, care: Care = CAREFUL) {
    this.flash = flash;
    this.banks = [new Bank(flash, 0, sectors), new Bank(flash, sectors + 1, sectors)];
    this.stage = new Stage(flash, 2 * (sectors + 1), sectors);
    this.journal = new Journal(flash, 2 * (sectors + 1) + sectors);
    this.trust = trust;
    this.care = care;
  }

  /** No image of an older counter is run. */
  get floor(): number {
    return Number(this.journal.get(FLOOR) ?? 0);
  }

  raiseFloor(counter: number): void {
    if (counter > this.floor) this.journal.put(FLOOR, counter);
  }

  /** What is wrong with these bytes under this manifest; null for nothing. */
  flawOf(signed: SignedManifest, bytes: Uint8Array): string | null {
    const manifest = readManifest(signed.text);
    if (manifest === null) return 'no manifest';
    const { version, counter } = manifest;
    const flaw = this.#unsigned(signed, manifest) ?? this.#unfit(manifest, bytes);
    if (flaw !== null && this.care.refuses(version, flaw)) return flaw;
    return counter < this.floor && this.care.refusesOlder(version) ? 'older counter' : null;
  }

  #unfit({ size, sha256, hardware }: Manifest, bytes: Uint8Array): string | null {
    if (bytes.length !== size) return 'wrong size';
    if (this.trust.seals.sha256Hex(bytes) !== sha256) return 'wrong digest';
    return hardware === this.trust.hardware ? null : 'other hardware';
  }

  #unsigned({ text, signature }: SignedManifest, { alg, keyId }: Manifest): string | null {
    const key = this.trust.keys.find(({ id }) => id === keyId);
    if (key === undefined || key.alg !== alg) return 'unknown key';
    const message = new TextEncoder().encode(text);
    const [own, by] = [bytesOfHex(key.public), bytesOfHex(signature)];
    return this.trust.seals.verify(alg, own, message, by) ? null : 'bad signature';
  }
}

/** So many sectors has a bank that any of these fits. */
export const sectorsFor = (images: readonly { size: number }[]): number =>
  Math.ceil(Math.max(1, ...images.map(({ size }) => size)) / SECTOR_BYTES);

/** The sectors of a flash as it leaves the factory: bank 0 holds this image, kept for good. */
export function factorySectors(
  image: FirmwareImage,
  seed: number,
  sectors: number,
): (Uint8Array | null)[] {
  const flash = new Flash(Array.from({ length: 3 * sectors + 4 }, () => null));
  const bank = new Bank(flash, 0, sectors);
  pages(builtImage(seed, image)).forEach((bytes, page) => {
    const at = page * PAGE_BYTES;
    flash.program(Math.floor(at / SECTOR_BYTES), (at % SECTOR_BYTES) / PAGE_BYTES, bytes);
  });
  const { text, signature } = image;
  Bank.headPages({ serial: 1, signed: { text, signature } }).forEach((bytes, page) => {
    flash.program(bank.trailer, page, bytes);
  });
  for (const mark of MARKS.slice(0, 3)) bank.set(mark);
  const journal = 2 * (sectors + 1) + sectors;
  flash.program(journal, 0, headOf(1));
  const last = new Journal(flash, journal);
  last.open();
  last.put(FLOOR, image.counter);
  return Array.from({ length: 3 * sectors + 4 }, (_, sector) =>
    Uint8Array.from(flash.read(sector)),
  );
}
