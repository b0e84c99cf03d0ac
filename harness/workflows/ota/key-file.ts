/**
 * A key of somebody's own, as a file: its name, how it signs, and its secret of 32 bytes. Whoever
 * has it can sign firmware by it, so nothing here ever writes one.
 */
import { ALGS, bytesOfHex, isAlg, isHex, isName, meantHint } from '#kernel';
import { type ImageFlaw, jsonIn } from './image-sheet.ts';
import type { Signer } from './releases.ts';

const SECRET_BYTES = 32;

export function readKeyFile(bytes: Uint8Array): Signer | ImageFlaw {
  const said = jsonIn(bytes);
  if (said === null) return { message: 'is no key', hint: FORM };
  const { id, alg, secret } = said;
  if (!isName(id)) return { message: 'has no id of 1 to 32 of a-z, 0-9 and -', hint: FORM };
  if (!isAlg(alg)) {
    const hint = meantHint(String(alg).slice(0, 60), ALGS, `known: ${ALGS.join(', ')}`);
    return { message: 'has no alg that is known', hint };
  }
  if (!isHex(secret, SECRET_BYTES)) {
    return { message: `has no secret of ${SECRET_BYTES} bytes`, hint: FORM };
  }
  return { id, alg, secret: bytesOfHex(secret) };
}

const FORM = 'write { "id": "acme-1", "alg": "ed25519", "secret": "64 hexadecimal digits" }';
