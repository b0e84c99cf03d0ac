/**
 * How the flash of a device is laid out: two banks to run from, a stage where what is loaded lies
 * until it is whole, and the journal. And what a device trusts: keys, its own board, and the least
 * counter that it goes by.
 *
 *   bank 0 | trailer | bank 1 | trailer | stage | journal (three sides) | slots (two banks each)
 */
import {
  type ArtefactKind,
  builtImage,
  bytesOfHex,
  type FirmwareImage,
  type FirmwareKey,
  type ImageHead,
  isAlg,
  type Manifest,
  readImage,
  readManifest,
  type Seals,
  type SignedManifest,
} from '#kernel';
import { Bank, MARKS, pages } from './bank.ts';
import { CAREFUL, type Care } from './care.ts';
import { Flash, PAGE_BYTES, SECTOR_BYTES } from './flash.ts';
import { headOf, Journal } from './journal.ts';
import { Keyring } from './keyring.ts';
import { type Layout, sectorsOf, slotsIn } from './layout.ts';
import { Slot } from './slot.ts';
import { Stage } from './stage.ts';

const FLOOR = 'floor';

export interface Trust {
  /** It leaves the factory with these. */
  keys: readonly FirmwareKey[];
  hardware: string;
  seals: Seals;
}

export class FirmwareStore {
  readonly flash: Flash;
  readonly banks: readonly [Bank, Bank];
  readonly stage: Stage;
  readonly journal: Journal;
  readonly keyring: Keyring;
  /** Of the artefacts that it has a place for. */
  readonly slots: ReadonlyMap<ArtefactKind, Slot>;
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
    this.slots = new Map(
      slotsIn(layout).map(({ kind, first, bank: sectors }) => {
        const second = first + sectors + 1;
        const banks = [new Bank(flash, first, sectors), new Bank(flash, second, sectors)] as const;
        return [kind, new Slot(this, kind, banks)];
      }),
    );
  }

  /** No image of an older counter is run. */
  get floor(): number {
    return Number(this.journal.get(FLOOR) ?? 0);
  }

  raiseFloor(counter: number): void {
    if (counter > this.floor) this.journal.put(FLOOR, counter);
  }

  sha256Hex(bytes: Uint8Array): string {
    return this.trust.seals.sha256Hex(bytes);
  }

  /**
   * What is wrong with these bytes under this manifest; null for nothing. What is kept is looked at
   * by the key that it was kept under; all else needs one that is trusted now.
   */
  flawOf(signed: SignedManifest, bytes: Uint8Array, isKept = false): string | null {
    const manifest = readManifest(signed.text);
    if (manifest === null) return 'no manifest';
    const { version, counter, ships } = manifest;
    const flaw =
      this.#strange(manifest, isKept) ??
      this.#unsigned(signed, manifest) ??
      this.#unfit(manifest, bytes) ??
      amiss(manifest, readImage(bytes)) ??
      (isKept ? null : this.#keyless(bytes));
    if (flaw !== null && this.care.refuses(version, flaw)) return flaw;
    const floor = ships === undefined ? this.floor : (this.slots.get(ships)?.floor ?? 0);
    return counter < floor && this.care.refusesOlder(version) ? 'older counter' : null;
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

/** What is no image at all may still be run, as a file of anybody's is; no artefact is. */
function amiss({ ships }: Manifest, image: ImageHead | null): string | null {
  return ships === image?.artefact?.kind ? null : 'of another kind';
}

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
