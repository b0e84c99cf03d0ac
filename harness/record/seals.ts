/**
 * Digests and signatures as the machine makes them; synchronous and as pure as arithmetic, so that
 * virtual time has them too. Keys are handed about as their bare bytes.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Alg, Seals } from '#kernel';
import { mlDsaPublicKey, mlDsaSignature, verifiesMlDsa } from './ml-dsa.ts';
import { digests } from './run-directory.ts';

/** What stands before the bytes of a key in its DER form. */
const PRIVATE = '302e020100300506032b657004220420';
const PUBLIC = '302a300506032b6570032100';
const KEY_BYTES = 32;
const KNOWN_MAX = 64;

const known = new Map<string, KeyObject>();

export const seals: Seals = {
  ...digests,
  verify: (alg, publicKey, message, signature) => {
    if (alg === 'ml-dsa-44') return verifiesMlDsa(publicKey, message, signature);
    if (alg !== 'ed25519' || publicKey.length !== KEY_BYTES) return false;
    return verify(null, message, publicObject(publicKey), signature);
  },
};

/** A secret has 32 bytes for each of them. */
export const publicKeyOf = (alg: Alg, secret: Uint8Array): Uint8Array =>
  alg === 'ml-dsa-44'
    ? mlDsaPublicKey(secret)
    : createPublicKey(privateObject(secret))
        .export({ format: 'der', type: 'spki' })
        .subarray(-KEY_BYTES);

export const signatureOf = (alg: Alg, secret: Uint8Array, message: Uint8Array): Uint8Array =>
  alg === 'ml-dsa-44'
    ? mlDsaSignature(secret, message)
    : sign(null, message, privateObject(secret));

const privateObject = (secret: Uint8Array): KeyObject =>
  createPrivateKey({ key: der(PRIVATE, secret), format: 'der', type: 'pkcs8' });

/** A fleet has few keys, and looks at each very often. */
function publicObject(key: Uint8Array): KeyObject {
  const name = Buffer.from(key).toString('hex');
  const found = known.get(name);
  if (found !== undefined) return found;
  const made = createPublicKey({ key: der(PUBLIC, key), format: 'der', type: 'spki' });
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(name, made);
  return made;
}

const der = (head: string, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(head, 'hex'), bytes]);
