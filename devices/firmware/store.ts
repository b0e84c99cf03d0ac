/**
 * How the flash of a device is laid out: two banks to run from, a stage where what is loaded lies
 * until it is whole, and the journal. And what a device trusts: keys, its own board, and the least
 * counter that it goes by.
 *
 *   bank 0 | trailer | bank 1 | trailer | stage | journal (three sides)
 */
import {
  builtImage,
  bytesOfHex,
  type FirmwareImage,
  type FirmwareKey,
  isAlg,
  type Manifest,
  readImage,
  readManifest,
  type Seals,
  type SignedManifest,
} from '#kernel';
import { Bank, MARKS, pages } from './bank.ts';
import { Flash, PAGE_BYTES, SECTOR_BYTES } from './flash.ts';
import { headOf, Journal } from './journal.ts';
import { Keyring } from './keyring.ts';
import { type Layout, sectorsOf } from './layout.ts';
import { Stage } from './stage.ts';

const FLOOR = 'floor';

export interface Trust {
  /** It leaves the factory with these. */
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
  /** It has no such key: false goes by any. */
  asksForKey(version: string): boolean;
  /** A key was withdrawn: false trusts it all the same. */
  heedsWithdrawal(version: string): boolean;
  /** A patch is for another image: false applies it to whatever runs. */
  looksAtBase(version: string): boolean;
}

export const CAREFUL: Care = {
  refuses: () => true,
  looksAgain: () => true,
  refusesOlder: () => true,
  finishes: () => true,
  waits: () => true,
  asksForKey: () => true,
  heedsWithdrawal: () => true,
  looksAtBase: () => true,
};

export class FirmwareStore {
  readonly flash: Flash;
  readonly banks: readonly [Bank, Bank];
  readonly stage: Stage;
  readonly journal: Journal;
  readonly keyring: Keyring;
  readonly trust: Trust;
  readonly care: Care;

  constructor(flash: Flash, layout: Layout, trust: Trust, care: Care = CAREFUL) {
    const { bank, journal } = layout;
    this.flash = flash;
    this.banks = [new Bank(flash, 0, bank), new Bank(flash, bank + 1, bank)];
    this.stage = new Stage(flash, 2 * (bank + 1), bank);
    this.journal = new Journal(flash, 3 * bank + 2, journal);
    this.keyring = new Keyring(this.journal, trust.keys);
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

  /**
   * What is wrong with these bytes under this manifest; null for nothing. What is kept is looked at
   * by the key that it was kept under; all else needs one that is trusted now.
   */
  flawOf(signed: SignedManifest, bytes: Uint8Array, isKept = false): string | null {
    const manifest = readManifest(signed.text);
    if (manifest === null) return 'no manifest';
    const { version, counter } = manifest;
    const flaw =
      this.#strange(manifest, isKept) ??
      this.#unsigned(signed, manifest) ??
      this.#unfit(manifest, bytes) ??
      (isKept ? null : this.#keyless(bytes));
    if (flaw !== null && this.care.refuses(version, flaw)) return flaw;
    return counter < this.floor && this.care.refusesOlder(version) ? 'older counter' : null;
  }

  /** Of one that it does not know, nobody can tell whether it signed anything. */
  #strange({ version, alg, keyId }: Manifest, isKept: boolean): string | null {
    const flaw = isAlg(alg) ? this.#untrusted(alg, keyId, isKept) : 'unknown alg';
    if (flaw === null) return null;
    const isHeeded = flaw === WITHDRAWN ? this.care.heedsWithdrawal(version) : true;
    return isHeeded && this.care.asksForKey(version) ? flaw : null;
  }

  #untrusted(alg: string, keyId: string, isKept: boolean): string | null {
    if (this.keyring.known(keyId)?.alg !== alg) return 'unknown key';
    return !isKept && this.keyring.isWithdrawn(keyId) ? WITHDRAWN : null;
  }

  #unsigned({ text, signature }: SignedManifest, { version, alg, keyId }: Manifest): string | null {
    const key = this.keyring.known(keyId);
    // Only a planted bug comes here without one.
    if (key?.alg !== alg) return this.care.asksForKey(version) ? 'unknown key' : null;
    const message = new TextEncoder().encode(text);
    const [own, by] = [bytesOfHex(key.public), bytesOfHex(signature)];
    return this.trust.seals.verify(alg, own, message, by) ? null : 'bad signature';
  }

  #unfit({ size, sha256, hardware }: Manifest, bytes: Uint8Array): string | null {
    if (bytes.length !== size) return 'wrong size';
    if (this.trust.seals.sha256Hex(bytes) !== sha256) return 'wrong digest';
    return hardware === this.trust.hardware ? null : 'other hardware';
  }

  #keyless(bytes: Uint8Array): string | null {
    const image = readImage(bytes);
    return image === null ? null : this.keyring.flawOf(image);
  }
}

const WITHDRAWN = 'withdrawn key';

/** The sectors of a flash as it leaves the factory: bank 0 holds this image, kept for good. */
export function factorySectors(
  image: FirmwareImage,
  seed: number,
  layout: Layout,
): (Uint8Array | null)[] {
  const count = sectorsOf(layout);
  const flash = new Flash(Array.from({ length: count }, () => null));
  const bank = new Bank(flash, 0, layout.bank);
  pages(builtImage(seed, image)).forEach((bytes, page) => {
    const at = page * PAGE_BYTES;
    flash.program(Math.floor(at / SECTOR_BYTES), (at % SECTOR_BYTES) / PAGE_BYTES, bytes);
  });
  const { text, signature } = image;
  Bank.headPages({ serial: 1, signed: { text, signature } }).forEach((bytes, page) => {
    flash.program(bank.trailer, page, bytes);
  });
  for (const mark of MARKS.slice(0, 3)) bank.set(mark);
  const journal = 3 * layout.bank + 2;
  flash.program(journal, 0, headOf(1));
  const last = new Journal(flash, journal, layout.journal);
  last.open();
  last.put(FLOOR, image.counter);
  return Array.from({ length: count }, (_, sector) => Uint8Array.from(flash.read(sector)));
}
