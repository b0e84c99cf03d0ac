/**
 * A flash that is not what it was: bits turn in any place of it, and sectors are not erased.
 * Whatever is run is whole and signed, what may be run is found, and a bank that could not be
 * written as it should be is no image.
 */
import { describe, expect, it } from 'vitest';
import { boot } from './bootloader.ts';
import { CAREFUL } from './care.ts';
import { type Flash, SECTOR_BYTES, type Wear } from './flash.ts';
import type { Job } from './job.ts';
import { bytesOf, FACTORY, imageOf, newFlash, sha256, storeOn } from './testing/made.ts';
import { Updater } from './updater.ts';

const [FIRST, NEXT] = [imageOf('2.1.0', 2), imageOf('2.2.0', 2)] as const;

const jobOf = ({ version, text, signature }: typeof FIRST): Job => ({
  ...{ campaign: `to-${version}`, attempt: 1, signed: { text, signature } },
});

/** Takes it, and ends before the restart. */
function loads(updater: Updater, image: typeof FIRST): void {
  updater.take(jobOf(image));
  if (updater.phase === 'erase') updater.eraseStage();
  if (updater.phase !== 'load') return;
  updater.write(0, bytesOf(image));
  const flaw = updater.verify();
  if (flaw === null) for (const _ of updater.install());
  else updater.end('failed', flaw);
}

function updates(flash: Flash, ...images: (typeof FIRST)[]): Updater {
  const updater = new Updater(storeOn(flash));
  updater.powerOn();
  for (const image of images) {
    loads(updater, image);
    updater.powerOn();
    if (updater.phase === 'prove' && !updater.keep()) updater.powerOn();
  }
  return updater;
}

const runs = (flash: Flash, care = CAREFUL): string | null => {
  const store = storeOn(flash, care);
  const booted = boot(store);
  if (booted === null) return null;
  return sha256(store.banks[booted.bank].bytes(booted.manifest.size));
};

describe('bits that turned', () => {
  it('in what it runs let it go back to the former image, where that is not older', () => {
    const flash = newFlash();
    const { store, booted } = updates(flash, FIRST, NEXT);
    expect(booted?.manifest.version).toBe('2.2.0');
    flash.turn(store.banks[booted?.bank ?? 0].first, 1000, 3);
    expect(runs(flash)).toBe(FIRST.sha256);
    expect(runs(flash, { ...CAREFUL, looksAgain: () => false })).not.toBe(FIRST.sha256);
  });

  it('are all that a boot is asked to overlook', () => {
    const flash = newFlash();
    const { store, booted } = updates(flash, FIRST, NEXT);
    const asked: string[] = [];
    const looksAgain = (version: string): boolean => {
      asked.push(version);
      return false;
    };
    // What it would go back to is older by now, and it does not come to that.
    runs(flash, { ...CAREFUL, looksAgain });
    expect(asked).toEqual([]);
    flash.turn(store.banks[booted?.bank ?? 0].first, 1000, 3);
    runs(flash, { ...CAREFUL, looksAgain });
    expect(asked).toEqual(['2.2.0']);
  });

  it('and leave nothing, where the former is older', () => {
    const flash = newFlash();
    const { store, booted } = updates(flash, FIRST);
    flash.turn(store.banks[booted?.bank ?? 0].first, 1000, 3);
    expect(runs(flash)).toBeNull();
  });

  it('anywhere in the flash never let it run what nobody signed', () => {
    const whole = [FACTORY, FIRST, NEXT].map((image) => image.sha256);
    const { store } = updates(newFlash(), FIRST, NEXT);
    const places = store.banks.flatMap((bank) => bank.places);
    for (const sector of places) {
      for (let at = sector % 7; at < SECTOR_BYTES; at += 61) {
        const flash = newFlash();
        updates(flash, FIRST, NEXT);
        flash.turn(sector, at, at % 8);
        const run = runs(flash);
        expect(whole, `byte ${at} of ${sector}`).toContain(run);
        expect(run).not.toBe(FACTORY.sha256);
      }
    }
  });

  it('in what is on trial keep it from being kept', () => {
    const flash = newFlash();
    const updater = updates(flash);
    loads(updater, FIRST);
    updater.powerOn();
    expect(updater.phase).toBe('prove');
    flash.turn(updater.store.banks[updater.booted?.bank ?? 0].first, 9, 0);
    expect(updater.keep()).toBe(false);
    updater.powerOn();
    expect(updater.booted?.manifest.version).toBe('1.0.0');
    expect(updater.last).toMatchObject({ campaign: 'to-2.1.0', status: 'rolled-back' });
  });

  it('in what is offered again do not pass for what is there', () => {
    const flash = newFlash();
    const updater = updates(flash, FIRST);
    const before = updater.booted?.bank ?? 0;
    flash.turn(updater.store.banks[before].first, 9, 0);
    loads(updater, FIRST);
    updater.powerOn();
    expect(updater.keep()).toBe(true);
    expect(updater.booted?.bank).not.toBe(before);
    expect(runs(flash)).toBe(FIRST.sha256);
  });
});

describe('a sector that is not erased', () => {
  it.each<Wear>(['nothing', 'half'])('(%s of it) ends an update with the reason, once', (wear) => {
    const { store } = updates(newFlash(), FIRST);
    const other = store.banks[0];
    for (const worn of [...other.places, ...store.stage.places]) {
      const flash = newFlash();
      const updater = updates(flash, FIRST);
      const isWritten = flash.written(worn) > 0;
      flash.wornAt = (sector) => (sector === worn ? wear : null);
      loads(updater, NEXT);
      updater.powerOn();
      if (updater.phase === 'prove') updater.keep();
      const isEnded = { campaign: 'to-2.2.0', attempt: 1 };
      expect(updater.last, `sector ${worn}`).toMatchObject(isEnded);
      const isRun = updater.booted?.manifest.version;
      const [status, why] = [updater.last?.status, updater.last?.why];
      // A half of one that was not written any further is as good as all of it.
      if (status === 'confirmed') expect(isRun).toBe('2.2.0');
      else expect([isRun, why]).toEqual(['2.1.0', 'worn sector']);
      if (wear === 'nothing') expect(status).toBe(isWritten ? 'failed' : 'confirmed');
    }
  });
});

it('an image that does not fit into what is left of the room is turned away', () => {
  const updater = updates(newFlash());
  updater.store.stage.share = 0.5;
  loads(updater, FIRST);
  expect(updater.last).toMatchObject({ status: 'failed', why: 'no room' });
  updater.store.stage.share = 1;
  expect(updates(newFlash(), FIRST).last?.status).toBe('confirmed');
});
