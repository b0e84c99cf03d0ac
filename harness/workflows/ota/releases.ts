/**
 * The images of a run and their manifests, made from its seed: keys, signatures and bytes follow
 * from what is asked for, so that a plan can be made again anywhere and says the same.
 */
import {
  type Alg,
  buildImage,
  type Delta,
  type FirmwareImage,
  type FirmwareKey,
  hexOf,
  type ImageHead,
  type Manifest,
  manifestText,
  randomStream,
  type Spoil,
} from '#kernel';
import { digests } from '../../record/run-directory.ts';
import { publicKeyOf, signatureOf } from '../../record/seals.ts';
import { patchBetween } from './patches.ts';

/** A key by its name: all else of it follows from the seed. */
export interface NamedKey {
  id: string;
  alg: Alg;
}

/** Or by a secret of somebody's own, of 32 bytes. */
export interface Signer extends NamedKey {
  secret?: Uint8Array;
}

/** What every device leaves the factory with. */
export const FACTORY_KEY: NamedKey = { id: 'release-1', alg: 'ed25519' };
const STRANGER = 'stranger-1';
/** In no list of ways to sign. */
const UNKNOWN_ALG = 'rot-13';
const OTHER_HARDWARE = 'tw-2';

export const keyOf = (seed: number, { id, alg, secret }: Signer): FirmwareKey => ({
  ...{ id, alg },
  public: hexOf(publicKeyOf(alg, secret ?? secretOf(seed, id))),
});

export interface Release {
  head: ImageHead;
  size: number;
  counter: number;
  /** Signed with this. */
  key: Signer;
  /** What somebody does before it is signed, or by whom. */
  spoil: Spoil;
  /** A patch makes it of this one as well. */
  base?: FirmwareImage | null;
  /** Nobody takes it any more after that. */
  until?: number;
}

export function releaseOf(seed: number, release: Release): FirmwareImage {
  const { head, size, counter, key, spoil, base = null, until } = release;
  const hardware = spoil === 'other-hardware' ? OTHER_HARDWARE : head.hardware;
  const meant = { ...head, hardware };
  const sha256 = digests.sha256Hex(buildImage(meant, size, seed));
  const said: Manifest = {
    version: head.version,
    hardware,
    alg: spoil === 'unknown-alg' ? UNKNOWN_ALG : key.alg,
    keyId: spoil === 'unknown-key' ? STRANGER : key.id,
    size,
    sha256,
    counter: spoil === 'downgrade' ? 0 : counter,
    ...(base === null ? {} : { delta: deltaOf(seed, base, { ...meant, size }) }),
    ...(head.artefact === undefined ? {} : { ships: head.artefact.kind }),
    ...(until === undefined ? {} : { until }),
  };
  const text = manifestText(said);
  const own = key.secret ?? secretOf(seed, key.id);
  const isHers = spoil !== 'forged' && spoil !== 'unknown-key';
  const message = new TextEncoder().encode(text);
  const signature = hexOf(signatureOf(key.alg, isHers ? own : secretOf(seed, STRANGER), message));
  const { delta } = said;
  const made = { ...meant, size, counter: said.counter, sha256, text, signature };
  return delta === undefined ? made : { ...made, delta };
}

function deltaOf(seed: number, base: FirmwareImage, image: ImageHead & { size: number }): Delta {
  const patch = patchBetween(seed, base, image);
  return { base: base.sha256, size: patch.length, sha256: digests.sha256Hex(patch) };
}

function secretOf(seed: number, id: string): Uint8Array {
  const random = randomStream(seed, `firmware/key/${id}`);
  return Uint8Array.from({ length: 32 }, () => random.below(256));
}
