import { expect, it } from 'vitest';
import type { Artefact } from '#kernel';
import { type Cut, PAGE_BYTES, PowerLost } from './flash.ts';
import type { Job } from './job.ts';
import type { Slot } from './slot.ts';
import { bytesOf, FACTORY, imageOf, K2, modelFor } from './testing/made.ts';
import { Updater } from './updater.ts';

const config = (limit: number): Artefact => ({ kind: 'config', says: { limit } });
const [OLD, NEW] = [
  imageOf('1.0.0', 2, { size: 3000, artefact: config(1) }),
  imageOf('1.1.0', 3, { size: 5000, artefact: config(2) }),
];
const STRANGE = imageOf('1.2.0', 9, { size: 3000, artefact: config(3), by: K2 });
const model = modelFor([OLD, NEW]);
const roomy = modelFor([OLD, NEW, STRANGE]);

const jobOf = (image: typeof OLD, attempt = 1): Job => ({
  ...{ campaign: `v${image.version}`, attempt },
  signed: { text: image.text, signature: image.signature },
});

const slotOf = (updater: Updater): Slot => updater.store.slots.get('config') as Slot;

/** As far as its trial, or its end. */
function installs(updater: Updater, image: typeof OLD): void {
  if (updater.job === null) updater.take(jobOf(image));
  if (updater.phase === 'erase') updater.eraseStage();
  if (updater.phase === 'load') {
    const content = bytesOf(image);
    for (let at = updater.store.stage.loaded(); at < content.length; ) {
      at = updater.write(at, content.subarray(at, at + 3 * PAGE_BYTES));
    }
    const flaw = updater.verify();
    if (flaw !== null) updater.end('failed', flaw);
  }
  if (updater.phase === 'install') for (const _ of updater.install());
}

function up(flash = model.newFlash(), of = model): Updater {
  const updater = new Updater(of.storeOn(flash));
  expect(updater.powerOn()).toBe(true);
  return updater;
}

function withOld(of = model): Updater {
  const updater = up(of.newFlash(), of);
  installs(updater, OLD);
  updater.keep();
  return updater;
}

it('uses what is installed on trial, and keeps it without a restart', () => {
  const updater = up();
  installs(updater, OLD);
  expect(updater.phase).toBe('prove');
  expect(slotOf(updater).trial?.artefact).toEqual(config(1));
  expect(slotOf(updater).kept).toBeNull();
  expect(updater.keep()).toBe(true);
  expect(slotOf(updater).kept?.artefact).toEqual(config(1));
  expect(updater.uses).toBe('config 1.0.0');
  expect(updater.booted?.manifest.sha256).toBe(FACTORY.sha256);
});

it('goes back to what it had where that does not prove itself', () => {
  const updater = withOld();
  installs(updater, NEW);
  updater.giveUp('not kept');
  expect(updater.last).toMatchObject({ status: 'rolled-back', why: 'not kept' });
  const { kept, trial } = slotOf(up(updater.store.flash));
  expect([kept?.artefact, trial]).toEqual([config(1), null]);
});

it('takes nothing older than it kept, nothing of another kind, and no stranger', () => {
  const updater = withOld(roomy);
  installs(updater, NEW);
  updater.keep();
  const again = { ...jobOf(OLD, 2) };
  updater.take(again);
  installs(updater, OLD);
  expect(updater.last).toMatchObject({ status: 'failed', why: 'older counter' });
  const firmware = imageOf('2.0.0', 9, { size: 3000 });
  const disguised = { ...firmware, text: firmware.text.replace(/}$/, ',"ships":"config"}') };
  installs(updater, disguised);
  expect(updater.last).toMatchObject({ status: 'failed', why: 'bad signature' });
  installs(updater, STRANGE);
  expect(updater.last).toMatchObject({ status: 'failed', why: 'unknown key' });
  expect(slotOf(updater).kept?.artefact).toEqual(config(2));
});

it('turns away an offer that its journal has no room for', () => {
  const updater = withOld();
  updater.take(jobOf(STRANGE));
  expect(updater.last).toMatchObject({ campaign: 'v1.2.0', status: 'failed', why: 'no room' });
  expect(up(updater.store.flash).job).toBeNull();
});

it('has no place for what its device was never made for', () => {
  const updater = up();
  const odd = { kind: 'model', says: { form: 'line', mean: 1, spread: 1, change: 0, beyond: 3 } };
  updater.take(jobOf(imageOf('1.0.0', 2, { artefact: odd as Artefact })));
  expect(updater.last).toMatchObject({ status: 'failed', why: 'no place for it' });
});

/** The whole of it, come what may; how many steps its flash made. */
function livesThrough(cutAt: (step: number) => Cut): number {
  const { flash } = withOld().store;
  flash.cutAt = cutAt;
  for (let life = 0; life < 8; life++) {
    try {
      const updater = up(flash);
      const { kept, trial } = slotOf(updater);
      expect([config(1), config(2)]).toContainEqual(kept?.artefact);
      if (trial !== null) expect(trial.artefact).toEqual(config(2));
      if (updater.last?.campaign !== jobOf(NEW).campaign) {
        installs(updater, NEW);
        updater.keep();
      }
      expect(updater.last).toMatchObject({ campaign: 'v1.1.0', status: 'confirmed' });
      expect(slotOf(updater).kept?.artefact).toEqual(config(2));
      expect(updater.booted?.manifest.sha256).toBe(FACTORY.sha256);
      return flash.steps;
    } catch (error) {
      if (!(error instanceof PowerLost)) throw error;
    }
  }
  throw new Error('it never comes to an end');
}

it('may lose its power before any step, or half way, and soon again', () => {
  const first = withOld().store.flash.steps;
  const last = livesThrough(() => 'none');
  expect(last - first).toBeGreaterThan(50);
  for (let step = first; step <= last; step++) {
    for (const how of ['before', 'torn'] as const) {
      livesThrough((at) => (at === step ? how : 'none'));
      livesThrough((at) => (at === step || at === step + 7 ? how : 'none'));
    }
  }
});
