/** Manifests and images as they may come over a network: damaged, cut, or of no meaning. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../testing/fuzz.ts';
import { buildImage, DEFECTS, readImage } from './image.ts';
import { type Manifest, manifestText, readManifest, readSigned } from './manifest.ts';

const version = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((three) => three.join('.'));

const manifest: fc.Arbitrary<Manifest> = fc.record({
  version,
  hardware: fc.constantFrom('tw-1', 'tw-2'),
  alg: fc.constantFrom('ed25519', 'ml-dsa-44'),
  keyId: fc.constantFrom('release-1', 'stranger-1'),
  size: fc.integer({ min: 1, max: 1 << 20 }),
  sha256: fc.constantFrom('ab'.repeat(32), '0'.repeat(64)),
  counter: fc.nat(0xffff),
});

const encoded = manifest.map((one) => new TextEncoder().encode(manifestText(one)));

const image = fc
  .record({
    version,
    hardware: fc.constantFrom('tw-1', 'tw-2'),
    defect: fc.constantFrom(...DEFECTS),
    size: fc.integer({ min: 256, max: 900 }),
  })
  .map(({ size, ...head }) => buildImage(head, size, 1));

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'manifest',
    about: 'texts of manifests that something happened to',
    input: damaged(encoded),
    survives: (bytes) => {
      const text = new TextDecoder('latin1').decode(bytes);
      const read = readManifest(text);
      // Whatever is read can be written, and is read as the same.
      if (read !== null) assert.deepEqual(readManifest(manifestText(read)), read);
      assert.equal(readSigned({ text, signature: 'zz' }), null);
      assert.equal(readSigned({ text, signature: 'ab' }) === null, read === null);
    },
  }),
  defineFuzz({
    parser: 'manifest',
    about: 'values of any kind in the place of one',
    input: fc.anything(),
    survives: (value) => {
      assert.equal(readSigned(value), null);
      assert.equal(readManifest(value), null);
    },
  }),
  defineFuzz({
    parser: 'image',
    about: 'images that something happened to',
    input: damaged(image),
    survives: (bytes) => {
      const head = readImage(bytes);
      if (head !== null) assert.ok(DEFECTS.includes(head.defect));
    },
  }),
];

export default source;
