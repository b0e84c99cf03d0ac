/**
 * The images of a run and their manifests, made from its seed: keys, signatures and bytes follow
 * from what is asked for, so that a plan can be made again anywhere and says the same.
 */
import {
  buildImage,
  type FirmwareImage,
  type FirmwareKey,
  hexOf,
  type ImageHead,
  manifestText,
  randomStream,
  type Spoil,
} from '#kernel';
import { digests } from '../../record/run-directory.ts';
import { publicKeyOf, signatureOf } from '../../record/seals.ts';

const [ALG, KEY_ID, STRANGER] = ['ed25519', 'release-1', 'stranger-1'] as const;
const OTHER_HARDWARE = 'tw-2';

/** What every device trusts. */
export const keysOf = (seed: number): FirmwareKey[] => [
  { id: KEY_ID, alg: ALG, public: hexOf(publicKeyOf(secretOf(seed, KEY_ID))) },
];

/** `spoil` is what somebody does before it is signed, or by whom. */
export function releaseOf(
  seed: number,
  head: ImageHead,
  size: number,
  counter: number,
  spoil: Spoil = 'none',
): FirmwareImage {
  const hardware = spoil === 'other-hardware' ? OTHER_HARDWARE : head.hardware;
  const meant = { ...head, hardware };
  const sha256 = digests.sha256Hex(buildImage(meant, size, seed));
  const said = {
    version: head.version,
    hardware,
    alg: ALG,
    keyId: spoil === 'unknown-key' ? STRANGER : KEY_ID,
    size,
    sha256,
    counter: spoil === 'downgrade' ? 0 : counter,
  };
  const text = manifestText(said);
  const by = spoil === 'forged' || spoil === 'unknown-key' ? STRANGER : KEY_ID;
  const signature = hexOf(signatureOf(secretOf(seed, by), new TextEncoder().encode(text)));
  return { ...meant, size, counter: said.counter, sha256, text, signature };
}

function secretOf(seed: number, id: string): Uint8Array {
  const random = randomStream(seed, `firmware/key/${id}`);
  return Uint8Array.from({ length: 32 }, () => random.below(256));
}
