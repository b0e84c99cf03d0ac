/** Patches that something happened to before somebody signed them: they make an image, or none. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Manifest } from '#kernel';
import { damaged, defineFuzz, type FuzzSource } from '../../kernel/testing/fuzz.ts';
import { patched } from './patch.ts';
import { bytesOf, FACTORY, imageOf, patchOf, sha256 } from './testing/made.ts';

const NEW = imageOf('2.1.0', 2);
const BASE = bytesOf(FACTORY);
const digests = { sha256Hex: (data: string | Uint8Array) => sha256(data as Uint8Array) };

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'patch',
    about: 'patches that something happened to before they were signed',
    input: damaged(fc.constant(patchOf(FACTORY, NEW))),
    survives: (patch) => {
      const { version, hardware, size, sha256: digest, counter } = NEW;
      const delta = { base: FACTORY.sha256, size: patch.length, sha256: sha256(patch) };
      const keys = { alg: 'ed25519', keyId: 'k1' };
      const manifest: Manifest = {
        version,
        hardware,
        ...keys,
        size,
        sha256: digest,
        counter,
        delta,
      };
      const made = patched(manifest, BASE, patch, digests);
      assert.ok(typeof made === 'string' || made.length === NEW.size);
    },
  }),
];

export default source;
