/** Keys, images and a flash for tests, made as a plan and a factory make them. */
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import {
  buildImage,
  type FirmwareImage,
  type FirmwareKey,
  hexOf,
  manifestText,
  type Seals,
} from '#kernel';
import { Flash } from '../flash.ts';
import { CAREFUL, type Care, FirmwareStore, factorySectors, sectorsFor } from '../store.ts';

const SEED = 7;
const SECRET = Buffer.alloc(32, 9);
const priv = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), SECRET]),
  format: 'der',
  type: 'pkcs8',
});

const KEY: FirmwareKey = {
  id: 'k1',
  alg: 'ed25519',
  public: hexOf(createPublicKey(priv).export({ format: 'der', type: 'spki' }).subarray(-32)),
};

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

const SEALS: Seals = {
  sha256Hex: (data) => createHash('sha256').update(data).digest('hex'),
  verify: (_, key, message, signature) =>
    verify(
      null,
      message,
      createPublicKey({
        key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]),
        format: 'der',
        type: 'spki',
      }),
      signature,
    ),
};

export function imageOf(version: string, counter: number, size = 5000): FirmwareImage {
  const head = { version, hardware: 'tw-1', defect: 'none' } as const;
  const digest = sha256(buildImage(head, size, SEED));
  const text = manifestText({
    version,
    hardware: 'tw-1',
    alg: KEY.alg,
    keyId: KEY.id,
    size,
    sha256: digest,
    counter,
  });
  const signature = hexOf(sign(null, Buffer.from(text), priv));
  return { ...head, size, counter, sha256: digest, text, signature };
}

export const bytesOf = (image: FirmwareImage): Uint8Array => buildImage(image, image.size, SEED);

export const FACTORY = imageOf('1.0.0', 1);
const SECTORS = sectorsFor([FACTORY]);
const LEFT = factorySectors(FACTORY, SEED, SECTORS);

export const newFlash = (): Flash => new Flash(LEFT);

export const storeOn = (flash: Flash, care: Care = CAREFUL): FirmwareStore =>
  new FirmwareStore(flash, SECTORS, { keys: [KEY], hardware: 'tw-1', seals: SEALS }, care);
