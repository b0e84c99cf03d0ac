/**
 * ML-DSA-44, the signature that is to outlive quantum computers. Nothing in it is left to chance
 * here: the same key signs the same message in the same way.
 */
import { ml_dsa44 as dsa } from '@noble/post-quantum/ml-dsa.js';
import { KEY_SIZES } from '#kernel';
import { digests } from './run-directory.ts';

const SIZES = KEY_SIZES['ml-dsa-44'];

/** A fleet looks at the same few images over and over, and one look takes milliseconds. */
const seen = new Map<string, boolean>();
const SEEN_MAX = 256;

export function verifiesMlDsa(key: Uint8Array, message: Uint8Array, by: Uint8Array): boolean {
  if (key.length !== SIZES.public || by.length !== SIZES.signature) return false;
  const name = [key, message, by].map((bytes) => digests.sha256Hex(bytes)).join();
  const known = seen.get(name);
  if (known !== undefined) return known;
  if (seen.size >= SEEN_MAX) seen.clear();
  const isIt = dsa.verify(by, message, key);
  seen.set(name, isIt);
  return isIt;
}

export const mlDsaPublicKey = (secret: Uint8Array): Uint8Array => dsa.keygen(secret).publicKey;

export const mlDsaSignature = (secret: Uint8Array, message: Uint8Array): Uint8Array =>
  dsa.sign(message, dsa.keygen(secret).secretKey, { extraEntropy: false });
