/** The home of firmware: two banks, of which a device runs one and restarts into the other. */
import { type Manifest, readManifest, type SignedManifest } from '#kernel';
import { type Booted, boot, holds, keep } from './bootloader.ts';
import { type Home, NOT_KEPT, type Settled } from './home.ts';
import { install } from './install.ts';
import type { Phase } from './job.ts';
import type { FirmwareStore } from './store.ts';

export class Program implements Home {
  readonly after = 'restart';
  /** What runs; null before the first boot, and for good where nothing can be run. */
  booted: Booted | null = null;
  readonly #store: FirmwareStore;

  constructor(store: FirmwareStore) {
    this.#store = store;
  }

  boot(): Booted | null {
    this.booted = boot(this.#store);
    return this.booted;
  }

  has({ sha256 }: Manifest): boolean {
    const { booted } = this;
    if (booted === null || booted.isTrial || booted.manifest.sha256 !== sha256) return false;
    return holds(this.#store, booted);
  }

  *install(signed: SignedManifest, content: Uint8Array): Generator<number, string | null> {
    const { banks, care } = this.#store;
    const [bank, other] = this.booted?.bank === 0 ? [banks[1], banks[0]] : [banks[0], banks[1]];
    const flaw = yield* install(this.#store, bank, other, signed, content);
    const { version = '', counter = 0 } = readManifest(signed.text) ?? {};
    if (flaw === null && !care.waits(version)) this.#store.raiseFloor(counter);
    return flaw;
  }

  settled(wanted: Manifest | null, phase: Phase): Settled | null {
    if (this.booted === null) return null;
    const { isTrial, manifest, gaveUp } = this.booted;
    const isIt = manifest.sha256 === wanted?.sha256;
    if (isIt) return isTrial ? 'prove' : { status: 'confirmed', why: '' };
    if (phase !== 'restart' && phase !== 'prove') return null;
    const why = gaveUp ?? NOT_KEPT;
    return { status: why === NOT_KEPT ? 'rolled-back' : 'failed', why };
  }

  keep(isKept: boolean): boolean {
    if (this.booted === null) return false;
    // A planted bug says so and does not do it.
    if (isKept && !keep(this.#store, this.booted)) return false;
    this.booted = { ...this.booted, isTrial: !isKept };
    return true;
  }

  giveUp(): void {}
}
