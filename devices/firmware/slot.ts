/**
 * The home of an artefact: two small banks, of which the one that was kept last counts, and the
 * other takes what comes. It is used from when it is installed, on trial first; who does not prove
 * itself is given up, and what was kept before goes on. No restart is needed, and one in between
 * changes nothing: what is on trial begins its trial anew.
 */
import {
  type Artefact,
  type ArtefactKind,
  type Manifest,
  readImage,
  readManifest,
  type SignedManifest,
} from '#kernel';
import type { Bank } from './bank.ts';
import { type Home, NOT_KEPT, type Settled } from './home.ts';
import { install, type Where } from './install.ts';
import type { Phase } from './job.ts';

/** No release has a lower counter. */
const LEAST = 1;

/** An artefact in the flash, whole and signed. */
export interface Held {
  manifest: Manifest;
  artefact: Artefact;
  /** Of the very bytes that lie there. */
  sha256: string;
}

interface Found extends Held {
  bank: Bank;
  serial: number;
}

export class Slot implements Home {
  readonly after = 'prove';
  readonly kind: ArtefactKind;
  readonly #where: Where;
  readonly #banks: readonly [Bank, Bank];
  #kept: Found | null = null;
  #trial: Found | null = null;

  constructor(where: Where, kind: ArtefactKind, banks: readonly [Bank, Bank]) {
    this.kind = kind;
    this.#where = where;
    this.#banks = banks;
  }

  /** Null where none has ever been kept. */
  get kept(): Held | null {
    return this.#kept;
  }

  get trial(): Held | null {
    return this.#trial;
  }

  /** None of an older counter comes after what was kept. */
  get floor(): number {
    const kept = this.#banks.filter((bank) => bank.has('kept'));
    return Math.max(LEAST, ...kept.map((bank) => manifestIn(bank)?.counter ?? 0));
  }

  /** What is in the flash is what is known: after a loss of power, and after each change. */
  look(): void {
    const found = this.#banks.flatMap((bank) => this.#foundIn(bank) ?? []);
    found.sort((a, b) => b.serial - a.serial);
    this.#kept = found.find(({ bank }) => bank.has('kept')) ?? null;
    this.#trial = found.find(({ bank }) => !bank.has('kept')) ?? null;
  }

  has({ sha256 }: Manifest): boolean {
    this.look();
    return this.#kept?.manifest.sha256 === sha256;
  }

  *install(signed: SignedManifest, content: Uint8Array): Generator<number, string | null> {
    const [first, second] = this.#banks;
    this.look();
    const [bank, other] = this.#kept?.bank === first ? [second, first] : [first, second];
    const flaw = yield* install(this.#where, bank, other, signed, content);
    this.look();
    return flaw;
  }

  settled(wanted: Manifest | null, phase: Phase): Settled | null {
    if (phase !== 'prove') return null;
    if (this.#kept?.manifest.sha256 === wanted?.sha256) return { status: 'confirmed', why: '' };
    if (this.#trial?.manifest.sha256 === wanted?.sha256) return 'prove';
    return { status: 'rolled-back', why: NOT_KEPT };
  }

  keep(isKept: boolean): boolean {
    this.look();
    if (this.#trial === null) return false;
    if (isKept) this.#trial.bank.set('kept');
    this.look();
    return true;
  }

  giveUp(): void {
    this.#trial?.bank.set('given-up');
    this.look();
  }

  #foundIn(bank: Bank): Found | null {
    const head = bank.head();
    const manifest = manifestIn(bank);
    if (head === null || manifest === null || manifest.size > bank.capacity) return null;
    if (!bank.has('ready') || bank.hasTrace('given-up')) return null;
    const bytes = bank.bytes(manifest.size);
    if (this.#where.flawOf(head.signed, bytes, bank.has('kept')) !== null) return null;
    const artefact = readImage(bytes)?.artefact;
    if (artefact === undefined) return null;
    const sha256 = this.#where.sha256Hex(bytes);
    return { bank, serial: head.serial, manifest, artefact, sha256 };
  }
}

const manifestIn = (bank: Bank): Manifest | null => readManifest(bank.head()?.signed.text);
