/** Which keys a device goes by, once images have brought some and withdrawn others. */
import { describe, expect, it } from 'vitest';
import { boot, keep } from './bootloader.ts';
import { SECTOR_BYTES } from './flash.ts';
import { bytesOf, imageOf, K1, K2, modelFor } from './testing/made.ts';
import { Updater } from './updater.ts';

const BRINGS = imageOf('2.1.0', 2, { brings: [K2.key] });
const WITHDRAWS = imageOf('2.2.0', 2, { by: K2, withdraws: ['k1'] });
const BOTH = imageOf('2.3.0', 2, { brings: [K2.key], withdraws: ['k1'] });
const OLD_KEY = imageOf('2.4.0', 2);
const NEW_KEY = imageOf('2.5.0', 2, { by: K2 });
const LEAVES_NONE = imageOf('2.6.0', 2, { withdraws: ['k1'] });
const STOLEN = imageOf('2.7.0', 2, { brings: [{ ...K2.key, id: 'k1' }] });
const UNKNOWN_ALG = (() => {
  const text = OLD_KEY.text.replace('ed25519', 'rot-13');
  return { ...OLD_KEY, text, signature: Buffer.from(K1.sign(text)).toString('hex') };
})();
const CROWD = imageOf('2.8.0', 2, {
  size: 14_000,
  brings: ['a', 'b', 'c', 'd'].map((id) => ({ ...K1.key, id })),
});
const MORE = imageOf('2.9.0', 2, { brings: [{ ...K1.key, id: 'e' }] });

const model = modelFor([BRINGS, WITHDRAWS, BOTH, CROWD, MORE]);

function updates(...images: (typeof BRINGS)[]): Updater {
  const updater = new Updater(model.storeOn(model.newFlash()));
  updater.powerOn();
  for (const image of images) {
    const { version, text, signature } = image;
    updater.take({ campaign: `to-${version}`, attempt: 1, signed: { text, signature } });
    updater.eraseStage();
    updater.write(0, bytesOf(image));
    const flaw = updater.verify();
    if (flaw === null) for (const _ of updater.install());
    else updater.end('failed', flaw);
    updater.powerOn();
    if (updater.phase === 'prove') updater.keep();
  }
  return updater;
}

describe('what is offered', () => {
  it.each([
    ['a key that nobody brought', [NEW_KEY], 'unknown key'],
    ['a key that was brought', [BRINGS, NEW_KEY], ''],
    ['a key that another one joined', [BRINGS, OLD_KEY], ''],
    ['a key that was withdrawn', [BRINGS, WITHDRAWS, OLD_KEY], 'withdrawn key'],
    ['a key that its own image withdrew', [BOTH, OLD_KEY], 'withdrawn key'],
    ['the key that took over', [BOTH, NEW_KEY], ''],
    ['a way of signing that there is not', [UNKNOWN_ALG], 'unknown alg'],
    ['keys of which none would be left', [LEAVES_NONE], 'leaves no key'],
    ['another key under a name that is taken', [STOLEN], 'another key of that name'],
    ['more keys than it has room for', [CROWD, MORE], 'too many keys'],
  ])('with %s', (_, images, why) => {
    const { last } = updates(...images);
    expect(last).toMatchObject({ status: why === '' ? 'confirmed' : 'failed', why });
  });
});

describe('an image on trial', () => {
  it('changes no keys before it is kept', () => {
    const updater = updates();
    const { text, signature } = BOTH;
    updater.take({ campaign: 'both', attempt: 1, signed: { text, signature } });
    updater.eraseStage();
    updater.write(0, bytesOf(BOTH));
    expect(updater.verify()).toBeNull();
    for (const _ of updater.install());
    updater.powerOn();
    const { keyring } = updater.store;
    expect(updater.phase).toBe('prove');
    expect([keyring.isWithdrawn('k1'), keyring.known('k2')]).toEqual([false, null]);
    updater.keep();
    expect([keyring.isWithdrawn('k1'), keyring.known('k2')]).toEqual([true, K2.key]);
  });

  it('is not kept where its key was withdrawn meanwhile', () => {
    const updater = updates(BRINGS);
    const { store } = updater;
    const { text, signature } = OLD_KEY;
    updater.take({ campaign: 'old', attempt: 1, signed: { text, signature } });
    updater.eraseStage();
    updater.write(0, bytesOf(OLD_KEY));
    updater.verify();
    for (const _ of updater.install());
    updater.powerOn();
    expect(updater.booted?.isTrial).toBe(true);
    store.keyring.adopt(WITHDRAWS);
    expect(updater.booted === null ? true : keep(store, updater.booted)).toBe(false);
  });
});

describe('what is kept', () => {
  it('runs on, though its own key is withdrawn, and is looked at by it', () => {
    const { store, booted } = updates(BOTH);
    expect(boot(store)?.manifest.version).toBe('2.3.0');
    store.flash.turn(store.banks[booted?.bank ?? 0].first, SECTOR_BYTES - 1, 3);
    expect(boot(store)).toBeNull();
  });

  it('is there to go back to, where what came after rots', () => {
    const { store, booted } = updates(BRINGS, WITHDRAWS);
    expect(booted?.manifest.version).toBe('2.2.0');
    store.flash.turn(store.banks[booted?.bank ?? 0].first, 9, 3);
    expect(boot(store)?.manifest.version).toBe('2.1.0');
  });
});
