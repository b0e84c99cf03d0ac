/**
 * What runs first when a device comes up, and whatever it finds: an image that is ready and was
 * never tried gets one boot; who was tried and not kept is given up; else the kept one that was
 * installed last is run. Digest, signature, board and counter are looked at each time. No image
 * that may be run is the end of the device.
 */
import { type Manifest, readImage, readManifest, type SignedManifest } from '#kernel';
import type { Bank } from './bank.ts';
import type { FirmwareStore } from './store.ts';

export interface Booted {
  bank: 0 | 1;
  manifest: Manifest;
  /** Not kept yet: without that the next boot gives it up. */
  isTrial: boolean;
  /** Why another was given up on the way: it was tried, or is no good; null for nothing. */
  gaveUp: string | null;
}

interface Found {
  at: 0 | 1;
  bank: Bank;
  serial: number;
  manifest: Manifest;
  /** What is wrong with it, looked at when it is about to run; null for nothing. */
  flaw(): string | null;
}

/** Null when nothing can be run. Writes into the flash, so power may be lost in here too. */
export function boot(store: FirmwareStore): Booted | null {
  store.journal.open();
  const found = banksOf(store);
  let gaveUp: string | null = null;
  const giveUp = ({ bank }: Found, why: string): void => {
    bank.set('given-up');
    gaveUp = why;
  };
  for (const one of found.filter(({ bank }) => isOpen(bank))) {
    const why = one.bank.hasTrace('tried') ? 'not kept' : one.flaw();
    if (why === null) {
      one.bank.set('tried');
      return { bank: one.at, manifest: one.manifest, isTrial: true, gaveUp };
    }
    giveUp(one, why);
  }
  const kept = found.find(({ bank, flaw }) => bank.has('kept') && flaw() === null);
  if (kept === undefined) return null;
  settle(store, kept.bank, kept.manifest);
  return { bank: kept.at, manifest: kept.manifest, isTrial: false, gaveUp };
}

/** It may be tried, or was, and nothing is settled. */
const isOpen = (bank: Bank): boolean =>
  bank.has('ready') && !bank.has('kept') && !bank.hasTrace('given-up');

/** Last installed first. */
function banksOf(store: FirmwareStore): Found[] {
  return store.banks
    .flatMap((bank, at): Found[] => {
      const head = bank.head();
      const manifest = readManifest(head?.signed.text);
      if (head === null || manifest === null) return [];
      const flaw = () => flawIn(store, bank, head.signed, manifest);
      return [{ at: at === 0 ? 0 : 1, bank, serial: head.serial, manifest, flaw }];
    })
    .sort((a, b) => b.serial - a.serial);
}

function flawIn(store: FirmwareStore, bank: Bank, signed: SignedManifest, manifest: Manifest) {
  const { size, version } = manifest;
  if (size > bank.capacity) return 'wrong size';
  const flaw = store.flawOf(signed, bank.bytes(size), bank.has('kept'));
  // Asked of what is flawed alone: who overlooks nothing has done nothing.
  return flaw !== null && store.care.looksAgain(version) ? flaw : null;
}

/**
 * What it runs proves itself: it is kept, and nothing older is run any more. Not where its flash
 * does not hold it as it was signed, though it runs: the next boot would find nothing.
 */
export function keep(store: FirmwareStore, booted: Booted): boolean {
  if (!holds(store, booted)) return false;
  const { bank, manifest } = booted;
  store.banks[bank].set('kept');
  // Not before: what is older must still be there until this is sure to stay.
  settle(store, store.banks[bank], manifest);
  return true;
}

/** It is kept: nothing older is run any more, and its keys are gone by. Power may go in here. */
function settle(store: FirmwareStore, bank: Bank, { size, counter }: Manifest): void {
  const image = readImage(bank.bytes(size));
  if (image !== null) store.keyring.adopt(image);
  store.raiseFloor(counter);
}

/** Whether the flash holds what runs as it was signed: it may have suffered since the boot. */
export function holds(store: FirmwareStore, { bank: at, manifest }: Booted): boolean {
  const bank = store.banks[at];
  const head = bank.head();
  if (head === null) return false;
  return store.flawOf(head.signed, bank.bytes(manifest.size), bank.has('kept')) === null;
}
