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
  ['a patch of nothing', { delta: { base: 'ab'.repeat(32), sha256: 'ab'.repeat(32), size: 0 } }],
  ['a patch for no image', { delta: { base: 'ab', sha256: 'ab'.repeat(32), size: 9 } }],
  ['a patch that is none', { delta: 7 }],
])('reads none with %s', (_, wrong) => {
  expect(readManifest(JSON.stringify({ ...MANIFEST, ...wrong }))).toBeNull();
});

it('reads none with letters of more than a byte: it must fit its place in a flash', () => {
  expect(readManifest(JSON.stringify({ ...MANIFEST, about: 'u' }))).toEqual(MANIFEST);
  expect(readManifest(JSON.stringify({ ...MANIFEST, about: 'ü' }))).toBeNull();
});

it('reads of an image which keys it brings and withdraws, and none that is no key', () => {
  const head = { version: '2.1.0', hardware: 'tw-1', defect: 'none' } as const;
  const brings = [{ id: 'k2', alg: 'ed25519', public: 'ab'.repeat(32) }];
  const says = { ...head, brings, withdraws: ['k1'] };
  expect(readImage(buildImage(says, 900, 7))).toEqual(says);
  for (const wrong of [{ public: 'ab' }, { alg: 'rot-13' }, { id: 'K' }]) {
    const bad = brings.map((key) => ({ ...key, ...wrong }));
    expect(readImage(buildImage({ ...head, brings: bad }, 900, 7))).toBeNull();
  }
  const crowd = Array.from({ length: 5 }, () => 'k1');
  expect(readImage(buildImage({ ...head, withdraws: crowd }, 900, 7))).toBeNull();
});

it('has most bytes in common with the next version for the same board', () => {
  const head = { version: '2.1.0', hardware: 'tw-1', defect: 'none' } as const;
  const [one, next] = ['2.1.0', '2.2.0'].map((version) =>
    buildImage({ ...head, version }, 9000, 7),
  );
  const same = one?.filter((byte, at) => byte === next?.[at]).length ?? 0;
  expect(same).toBeGreaterThan(6000);
  expect(same).toBeLessThan(8900);
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
