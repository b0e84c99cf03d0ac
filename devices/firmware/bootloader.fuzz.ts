/** A flash with anything in it, as the bootloader and the journal find it when power comes on. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../../kernel/testing/fuzz.ts';
import { boot } from './bootloader.ts';
import { PAGE_BYTES, SECTOR_PAGES } from './flash.ts';
import { bytesOf, FACTORY, imageOf, newFlash, sha256, storeOn } from './testing/made.ts';
import { Updater } from './updater.ts';

const NEW = imageOf('2.1.0', 2);
const OFFERED = bytesOf(NEW);
const MADE = [FACTORY.sha256, NEW.sha256];

/** A page of the flash of a device, and what lies there. */
const scribbles = fc.array(
  fc.tuple(fc.nat(), fc.nat(SECTOR_PAGES - 1), fc.uint8Array({ maxLength: PAGE_BYTES })),
  { maxLength: 12 },
);

const runsOnlyWhatWasMade = (flash: ReturnType<typeof newFlash>): void => {
  const store = storeOn(flash);
  const booted = boot(store);
  if (booted === null) return;
  assert.ok(MADE.includes(sha256(store.banks[booted.bank].bytes(booted.manifest.size))));
};

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'bootloader',
    about: 'flashes that somebody wrote into, page by page',
    input: scribbles,
    survives: (pages) => {
      const flash = newFlash();
      for (const [where, page, bytes] of pages) {
        const sector = where % flash.erases.length;
        if (where % 3 === 0) flash.erase(sector);
        flash.program(sector, page, bytes);
      }
      runsOnlyWhatWasMade(flash);
    },
  }),
  defineFuzz({
    parser: 'bootloader',
    about: 'images that something happened to, loaded and installed as they are',
    input: damaged(fc.constant(OFFERED)),
    survives: (bytes) => {
      const flash = newFlash();
      const updater = new Updater(storeOn(flash));
      updater.powerOn();
      const { text, signature } = NEW;
      updater.take({ campaign: 'fuzz', attempt: 1, signed: { text, signature } });
      updater.eraseStage();
      updater.write(0, bytes.subarray(0, NEW.size));
      const flaw = updater.verify();
      if (flaw === null) for (const _ of updater.install());
      else updater.end('failed', flaw);
      updater.powerOn();
      if (updater.phase === 'prove') updater.keep();
      const isWhole = sha256(bytes.subarray(0, NEW.size)) === NEW.sha256;
      assert.equal(updater.last?.status, isWhole ? 'confirmed' : 'failed');
      assert.equal(updater.booted?.manifest.version, isWhole ? '2.1.0' : '1.0.0');
      runsOnlyWhatWasMade(flash);
    },
  }),
];

export default source;
