/** Keys, images and a flash for tests, made as a plan and a factory make them. */
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { ml_dsa44 as dsa } from '@noble/post-quantum/ml-dsa.js';
import { createDelta } from 'fossil-delta';
import {
  buildImage,
  type Delta,
  type FirmwareImage,
  type FirmwareKey,
  hexOf,
  type ImageHead,
  manifestText,
  type Seals,
} from '#kernel';
import { CAREFUL, type Care } from '../care.ts';
import { Flash } from '../flash.ts';
import { layoutFor } from '../layout.ts';
import { FirmwareStore, factorySectors } from '../store.ts';

const SEED = 7;

interface Signer {
  key: FirmwareKey;
  sign(text: string): Uint8Array;
}

function ed25519(id: string, secret: number): Signer {
  const priv = createPrivateKey({
    key: Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      Buffer.alloc(32, secret),
    ]),
    format: 'der',
    type: 'pkcs8',
  });
  const spki = createPublicKey(priv).export({ format: 'der', type: 'spki' });
  return {
    key: { id, alg: 'ed25519', public: hexOf(spki.subarray(-32)) },
    sign: (text) => sign(null, Buffer.from(text), priv),
  };
}

function mlDsa(id: string, secret: number): Signer {
  const { publicKey, secretKey } = dsa.keygen(new Uint8Array(32).fill(secret));
  return {
    key: { id, alg: 'ml-dsa-44', public: hexOf(publicKey) },
    sign: (text) => dsa.sign(new TextEncoder().encode(text), secretKey, { extraEntropy: false }),
  };
}

/** What every device leaves the factory with, and what may come later. */
export const [K1, K2] = [ed25519('k1', 9), mlDsa('k2', 5)] as const;

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

const seen = new Map<string, boolean>();

const SEALS: Seals = {
  sha256Hex: (data) => createHash('sha256').update(data).digest('hex'),
  verify: (alg, key, message, signature) => {
    const name = [key, message, signature].map(sha256).join();
    const known = seen.get(name) ?? verifies(alg, key, message, signature);
    seen.set(name, known);
    return known;
  },
};

function verifies(alg: string, key: Uint8Array, message: Uint8Array, signature: Uint8Array) {
  if (alg !== 'ed25519') return signature.length === 2420 && dsa.verify(signature, message, key);
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
  return verify(
    null,
    message,
    createPublicKey({ key: der, format: 'der', type: 'spki' }),
    signature,
  );
}

type Made = Pick<ImageHead, 'brings' | 'withdraws' | 'artefact'> & {
  by?: Signer;
  size?: number;
  /** There is a patch for this one. */
  base?: FirmwareImage;
};

export function imageOf(version: string, counter: number, made: Made = {}): FirmwareImage {
  const { by = K1, size = 5000, base, ...changes } = made;
  const head = { version, hardware: 'tw-1', defect: 'none', ...changes } as const;
  const image = buildImage(head, size, SEED);
  const digest = sha256(image);
  const delta = base === undefined ? {} : { delta: deltaBetween(base, image) };
  const text = manifestText({
    version,
    hardware: 'tw-1',
    alg: by.key.alg,
    keyId: by.key.id,
    size,
    sha256: digest,
    counter,
    ...delta,
    ...(made.artefact === undefined ? {} : { ships: made.artefact.kind }),
  });
  const signature = hexOf(by.sign(text));
  return { ...head, size, counter, sha256: digest, text, signature, ...delta };
}

function deltaBetween(base: FirmwareImage, image: Uint8Array): Delta {
  const patch = createDelta(bytesOf(base), image);
  return { base: base.sha256, size: patch.length, sha256: sha256(patch) };
}

export const patchOf = (base: FirmwareImage, image: FirmwareImage): Uint8Array =>
  createDelta(bytesOf(base), bytesOf(image));

export const bytesOf = (image: FirmwareImage): Uint8Array => buildImage(image, image.size, SEED);

export const FACTORY = imageOf('1.0.0', 1);

/** A device that images like these are made for. */
export interface Model {
  newFlash(): Flash;
  storeOn(flash: Flash, care?: Care): FirmwareStore;
}

export function modelFor(images: readonly FirmwareImage[]): Model {
  const layout = layoutFor([FACTORY, ...images]);
  const left = factorySectors(FACTORY, SEED, layout);
  const trust = { keys: [K1.key], hardware: 'tw-1', seals: SEALS };
  return {
    newFlash: () => new Flash(left),
    storeOn: (flash, care = CAREFUL) => new FirmwareStore(flash, layout, trust, care),
  };
}

export const { newFlash, storeOn } = modelFor([]);
