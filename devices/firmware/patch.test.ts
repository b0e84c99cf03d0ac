/** What a device makes of patches: some fit, some do not, and some are damaged. */
import { expect, it } from 'vitest';
import { survived } from '../../kernel/testing/fuzz.ts';
import { CAREFUL } from './care.ts';
import source from './patch.fuzz.ts';
import { bytesOf, FACTORY, imageOf, modelFor, patchOf } from './testing/made.ts';
import { Updater } from './updater.ts';

const NEW = imageOf('2.1.0', 2, { base: FACTORY });
const STRANGE = imageOf('2.1.0', 2, { base: imageOf('0.9.0', 0) });
const model = modelFor([NEW]);
const PATCH = patchOf(FACTORY, NEW);

function offered(image: typeof NEW, care = CAREFUL): Updater {
  const updater = new Updater(model.storeOn(model.newFlash(), care));
  updater.powerOn();
  const { text, signature } = image;
  updater.take({ campaign: 'c', attempt: 1, signed: { text, signature } });
  updater.eraseStage();
  return updater;
}

function installs(updater: Updater): void {
  for (const _ of updater.install());
  updater.powerOn();
  if (updater.phase === 'prove') updater.keep();
  expect(updater.last).toMatchObject({ status: 'confirmed' });
  expect(updater.booted?.manifest.version).toBe('2.1.0');
}

it('is far smaller than the image, and makes the very same', () => {
  expect(PATCH.length).toBeLessThan(NEW.size / 2);
  const updater = offered(NEW);
  expect([updater.way, updater.loadSize]).toEqual([{ isPatch: true, why: '' }, PATCH.length]);
  updater.write(0, PATCH);
  expect(updater.verify()).toBeNull();
  installs(updater);
});

it('is not loaded by who runs another image', () => {
  const updater = offered(STRANGE);
  expect(updater.way).toEqual({ isPatch: false, why: 'other base' });
  updater.write(0, bytesOf(STRANGE));
  expect(updater.verify()).toBeNull();
  installs(updater);
});

it('is given up for the whole image where it is damaged', () => {
  const updater = offered(NEW);
  updater.write(
    0,
    PATCH.map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
  );
  expect(updater.verify()).toBe('wrong patch');
  expect(updater.fallBack('wrong patch')).toBe(true);
  expect([updater.phase, updater.loadSize]).toEqual(['erase', NEW.size]);
  updater.eraseStage();
  updater.write(0, bytesOf(NEW));
  expect(updater.verify()).toBeNull();
  installs(updater);
  expect(updater.fallBack('wrong patch')).toBe(false);
});

it('makes nothing of what it is for where bits of that have turned', () => {
  const updater = offered(NEW);
  updater.store.flash.turn(updater.store.banks[0].first, 900, 1);
  updater.write(0, PATCH);
  expect(updater.verify()).toBe('wrong patch');
});

it('is given up by who comes up with another image than it was for', () => {
  const [first, second] = [imageOf('2.1.0', 1), imageOf('2.2.0', 1, { base: imageOf('2.1.0', 1) })];
  const updater = offered(first);
  updater.write(0, bytesOf(first));
  expect(updater.verify()).toBeNull();
  installs(updater);
  const { text, signature } = second;
  updater.take({ campaign: 'd', attempt: 1, signed: { text, signature } });
  expect(updater.way.isPatch).toBe(true);
  const { flash, banks } = updater.store;
  flash.turn(banks[updater.booted?.bank ?? 0].first, 900, 1);
  updater.powerOn();
  expect(updater.booted?.manifest.version).toBe('1.0.0');
  expect([updater.phase, updater.way]).toEqual(['erase', { isPatch: false, why: 'other base' }]);
});

it('makes nothing that is not signed, where nobody looks at what it is for', () => {
  const updater = offered(STRANGE, { ...CAREFUL, looksAtBase: () => false });
  expect(updater.way.isPatch).toBe(true);
  updater.write(0, patchOf(imageOf('0.9.0', 0), STRANGE));
  expect(updater.verify()).toBe('wrong patch');
});

it('survives whatever comes', () => {
  for (const fuzz of source({} as never)) expect(survived(fuzz, 1, 400)).toBe(400);
});
