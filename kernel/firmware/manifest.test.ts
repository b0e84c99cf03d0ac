/** What a manifest and an image say is read as it was written, and nothing else is read at all. */
import { expect, it } from 'vitest';
import { survived } from '../testing/fuzz.ts';
import { buildImage, readImage } from './image.ts';
import source from './manifest.fuzz.ts';
import { type Manifest, manifestText, readManifest } from './manifest.ts';

const MANIFEST: Manifest = {
  version: '2.1.0',
  hardware: 'tw-1',
  alg: 'ed25519',
  keyId: 'release-1',
  size: 16_384,
  sha256: 'ab'.repeat(32),
  counter: 2,
};

it('reads a manifest as it was written', () => {
  expect(readManifest(manifestText(MANIFEST))).toEqual(MANIFEST);
});

it.each<[string, Partial<Record<keyof Manifest, unknown>>]>([
  ['a version that is none', { version: '2.1' }],
  ['no size', { size: 0 }],
  ['more than any flash holds', { size: 2 ** 21 }],
  ['a digest that is too short', { sha256: 'ab' }],
  ['a counter below 0', { counter: -1 }],
  ['a key without a name', { keyId: '' }],
])('reads none with %s', (_, wrong) => {
  expect(readManifest(JSON.stringify({ ...MANIFEST, ...wrong }))).toBeNull();
});

it('makes the same image again, another one for another version, and reads what it says', () => {
  const head = { version: '2.1.0', hardware: 'tw-1', defect: 'crash-loop' } as const;
  const image = buildImage(head, 5000, 7);
  expect(image).toHaveLength(5000);
  expect(readImage(image)).toEqual(head);
  expect(buildImage(head, 5000, 7)).toEqual(image);
  const others = [buildImage({ ...head, version: '2.1.1' }, 5000, 7), buildImage(head, 5000, 8)];
  for (const other of others) expect(other).not.toEqual(image);
});

it('survives whatever comes', () => {
  for (const fuzz of source({} as never)) expect(survived(fuzz, 1, 400)).toBe(400);
});
