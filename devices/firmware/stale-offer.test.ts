/** An offer that is too old is taken by nobody, wherever the power goes while it is looked at. */
import { expect, it } from 'vitest';
import { hexOf, manifestText } from '#kernel';
import { type Cut, PowerLost } from './flash.ts';
import { imageOf, K1, modelFor } from './testing/made.ts';
import { Updater } from './updater.ts';

const [UNTIL, NOW] = [1000, 5000];
const STEPS = 12;

const bare = imageOf('2.1.0', 2);
const { hardware, size, counter, sha256 } = bare;
const { alg, id: keyId } = K1.key;
const about = { version: '2.1.0', hardware, alg, keyId, size, sha256, counter, until: UNTIL };
const text = manifestText(about as Parameters<typeof manifestText>[0]);
const job = { campaign: 'c', attempt: 1, signed: { text, signature: hexOf(K1.sign(text)) } };

/** What it is about when it comes up again, after the power went at that step. */
function cutAt(step: number, cut: Cut): string {
  const model = modelFor([bare]);
  const flash = model.newFlash();
  const updater = new Updater(model.storeOn(flash));
  updater.powerOn();
  const first = flash.steps;
  flash.cutAt = (at) => (at - first === step ? cut : 'none');
  try {
    updater.take(job as Parameters<Updater['take']>[0], NOW);
  } catch (error) {
    if (!(error instanceof PowerLost)) throw error;
  }
  flash.cutAt = () => 'none';
  const later = new Updater(model.storeOn(flash));
  later.powerOn();
  return later.job === null ? 'nothing' : 'it';
}

it.each(['before', 'torn'] as const)('is left alone when the power goes %s a step', (cut) => {
  const abouts = Array.from({ length: STEPS }, (_, step) => cutAt(step, cut));
  expect(new Set(abouts)).toEqual(new Set(['nothing']));
});
