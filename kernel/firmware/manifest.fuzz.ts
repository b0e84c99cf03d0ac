/** Manifests and images as they may come over a network: damaged, cut, or of no meaning. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../testing/fuzz.ts';
import { buildImage, DEFECTS, leastImageBytes, readImage } from './image.ts';
import { type Manifest, manifestText, readManifest, readSigned } from './manifest.ts';

const version = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((three) => three.join('.'));

const digest = fc.constantFrom('ab'.repeat(32), '0'.repeat(64));

const delta = fc.record({
  base: digest,
  size: fc.integer({ min: 1, max: 1 << 20 }),
  sha256: digest,
});

const whole: fc.Arbitrary<Manifest> = fc.record({
  version,
  hardware: fc.constantFrom('tw-1', 'tw-2'),
  alg: fc.constantFrom('ed25519', 'ml-dsa-44'),
  keyId: fc.constantFrom('release-1', 'stranger-1'),
  size: fc.integer({ min: 1, max: 1 << 20 }),
  sha256: digest,
  counter: fc.nat(0xffff),
});

const manifest: fc.Arbitrary<Manifest> = fc
  .tuple(whole, fc.option(delta))
  .map(([one, patch]) => (patch === null ? one : { ...one, delta: patch }));

const encoded = manifest.map((one) => new TextEncoder().encode(manifestText(one)));

const image = fc
  .record({
    version,
    hardware: fc.constantFrom('tw-1', 'tw-2'),
    defect: fc.constantFrom(...DEFECTS),
    size: fc.integer({ min: 256, max: 900 }),
    brings: fc.array(fc.constant({ id: 'k2', alg: 'ed25519', public: 'ab'.repeat(32) }), {
      maxLength: 2,
    }),
    withdraws: fc.array(fc.constantFrom('k1', 'k3'), { maxLength: 2 }),
  })
  .map(({ size, ...head }) => buildImage(head, Math.max(size, leastImageBytes(head)), 1));

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
      if (head === null) return;
      assert.ok(DEFECTS.includes(head.defect));
      // Whatever it says of keys can be said again, and is read as the same.
      assert.deepEqual(readImage(buildImage(head, leastImageBytes(head), 1)), head);
    },
  }),
];

export default source;
