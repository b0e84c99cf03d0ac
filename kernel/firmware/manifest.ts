/**
 * What a firmware image says of itself, and who vouches for it. The signature goes over the very
 * text, so that nothing depends on how somebody else would write the same.
 */
import { type ArtefactKind, isArtefactKind } from './artefact.ts';
import { SIGNATURE_BYTES_MAX } from './keys.ts';

export interface Manifest {
  /** Three numbers, as in 2.1.0. */
  version: string;
  /** The boards that it is for. */
  hardware: string;
  /** By what it is signed, and with which key. */
  alg: string;
  keyId: string;
  /** Bytes of the image, and their digest. */
  size: number;
  sha256: string;
  /** Security counter: a device goes back behind none that it has confirmed. */
  counter: number;
  /** A patch that makes it of another image, for who has that. Left out where there is none. */
  delta?: Delta;
  /** What it is; left out for firmware. */
  ships?: ArtefactKind;
  /** Nobody takes it any more after that, in milliseconds of scenario time; left out, for good. */
  until?: number;
}

export interface Delta {
  /** Digest of the image that it is for. */
  base: string;
  /** Of the patch itself. */
  size: number;
  sha256: string;
}

export interface SignedManifest {
  text: string;
  /** Hexadecimal. */
  signature: string;
}

/** So it fits the trailer of a bank beside any signature. */
export const MANIFEST_TEXT_MAX = 512;
export const IMAGE_BYTES_MAX = 1 << 20;
const COUNTER_MAX = 0xffff;

/** So that it has as many bytes as letters. */
const PLAIN = /^[\x20-\x7e]*$/;
const VERSION = /^\d{1,5}[.]\d{1,5}[.]\d{1,5}$/;
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const SIGNATURE = /^(?:[0-9a-f]{2})+$/;

export const isVersion = (text: unknown): text is string =>
  typeof text === 'string' && VERSION.test(text);

export const manifestText = (manifest: Manifest): string => {
  const { version, hardware, alg, keyId, size, sha256, counter } = manifest;
  const { delta, ships, until } = manifest;
  const said = { version, hardware, alg, keyId, size, sha256, counter, delta, ships, until };
  return JSON.stringify(said);
};

/** Null for whatever is none; who signed it is another question. */
export function readManifest(text: unknown): Manifest | null {
  if (typeof text !== 'string' || text.length > MANIFEST_TEXT_MAX || !PLAIN.test(text)) return null;
  const said = parsed(text);
  if (said === null) return null;
  const { version, hardware, alg, keyId, size, sha256, counter, delta, ships, until } = said;
  if (!isVersion(version) || !isName(hardware) || !isName(alg) || !isName(keyId)) return null;
  if (!isDigest(sha256) || !isWhole(size, 1, IMAGE_BYTES_MAX)) return null;
  if (!isWhole(counter, 0, COUNTER_MAX)) return null;
  if (ships !== undefined && !isArtefactKind(ships)) return null;
  if (until !== undefined && !isWhole(until, 0, Number.MAX_SAFE_INTEGER)) return null;
  const kind = {
    ...(ships === undefined ? {} : { ships }),
    ...(until === undefined ? {} : { until }),
  };
  const told = { version, hardware, alg, keyId, size, sha256, counter, ...kind };
  if (delta === undefined) return told;
  const patch = readDelta(delta);
  return patch === null ? null : { ...told, delta: patch };
}

function readDelta(value: unknown): Delta | null {
  const { base, size, sha256 } = Object(value) as Record<string, unknown>;
  if (!isDigest(base) || !isDigest(sha256) || !isWhole(size, 1, IMAGE_BYTES_MAX)) return null;
  return { base, size, sha256 };
}

/** As it comes over a network: null for whatever is none. */
export function readSigned(value: unknown): SignedManifest | null {
  if (typeof value !== 'object' || value === null) return null;
  const { text, signature } = value as Record<string, unknown>;
  if (readManifest(text) === null) return null;
  if (typeof signature !== 'string' || signature.length > 2 * SIGNATURE_BYTES_MAX) return null;
  if (!SIGNATURE.test(signature)) return null;
  return { text: String(text), signature };
}

export const isName = (text: unknown): text is string =>
  typeof text === 'string' && NAME.test(text);

const isDigest = (text: unknown): text is string => typeof text === 'string' && SHA256.test(text);

const isWhole = (value: unknown, least: number, most: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isMap ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
