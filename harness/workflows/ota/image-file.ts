/**
 * An image out of files instead of one that follows from the seed, and whatever is wrong with it: a
 * plan refuses it, but where somebody wants to see what devices make of just that.
 */
import {
  ALGS,
  bytesOfHex,
  type FirmwareImage,
  type FirmwareKey,
  HARDWARE,
  hexOf,
  IMAGE_BYTES_MAX,
  isAlg,
  KEY_SIZES,
  type Manifest,
  meantHint,
  readImage,
  readManifest,
} from '#kernel';
import { digests } from '../../record/run-directory.ts';
import { seals } from '../../record/seals.ts';
import { type ImageFlaw, type ImageSheet, isFlaw, readSheet } from './image-sheet.ts';

/** What is in a file, named as the scenario names it; null where it cannot be read. */
export type Files = (name: string) => Uint8Array | null;

export interface ImageFound {
  image: FirmwareImage;
  key: FirmwareKey;
  /** All that is wrong with it. */
  flaws: ImageFlaw[];
}

/** Devices run any file that was signed for them; a plan must know what comes of it. */
const UNKNOWN = 'is signed, and nobody can read what it says of itself: version, defect, keys';
const AGAIN = 'build it again with twinstorm image build';

export function imageIn(files: Files, name: string): ImageFound | ImageFlaw {
  const bytes = files(name);
  if (bytes === null) return unread(name);
  const sheet = readSheet(bytes);
  if (isFlaw(sheet)) return { ...sheet, message: `${name} ${sheet.message}` };
  const beside = (file: string): string => name.replace(/[^/\\]*$/, file);
  const content = files(beside(sheet.image));
  const patch = sheet.patch === undefined ? null : files(beside(sheet.patch));
  if (content === null) return unread(beside(sheet.image));
  if (sheet.patch !== undefined && patch === null) return unread(beside(sheet.patch));
  const manifest = readManifest(sheet.text) as Manifest;
  const flaws = [...signatureFlaws(sheet, manifest), ...contentFlaws(content, patch, manifest)];
  return { image: imageOf(sheet, manifest, content, patch), key: sheet.key, flaws };
}

function imageOf(
  { text, signature }: ImageSheet,
  manifest: Manifest,
  content: Uint8Array,
  patch: Uint8Array | null,
): FirmwareImage {
  const { version, hardware, size, counter, sha256, delta } = manifest;
  const head = readImage(content) ?? { version, hardware, defect: 'none' };
  return {
    ...head,
    ...{ version, hardware, size, counter, sha256, text, signature },
    ...(delta === undefined ? {} : { delta }),
    files: { image: hexOf(content), ...(patch === null ? {} : { patch: hexOf(patch) }) },
  };
}

function signatureFlaws(sheet: ImageSheet, { alg, keyId }: Manifest): ImageFlaw[] {
  const { key, text, signature } = sheet;
  if (!isAlg(alg)) {
    const hint = meantHint(alg, ALGS, `known: ${ALGS.join(', ')}`);
    return [{ message: `is signed by ${alg}, and nobody knows how that signs`, hint }];
  }
  const isIts = key.id === keyId && key.alg === alg;
  if (!isIts || key.public.length !== 2 * KEY_SIZES[alg].public) {
    const message = `is signed with ${keyId} (${alg}), and beside it lies another key`;
    return [{ message, hint: 'put the key beside it that it was signed with' }];
  }
  const message = new TextEncoder().encode(text);
  if (seals.verify(alg, bytesOfHex(key.public), message, bytesOfHex(signature))) return [];
  return [{ message: `was not signed with its key ${keyId}`, hint: AGAIN }];
}

function contentFlaws(
  content: Uint8Array,
  patch: Uint8Array | null,
  { version, hardware, size, sha256, delta, ships }: Manifest,
): ImageFlaw[] {
  const flaws: ImageFlaw[] = [];
  const flaw = (message: string, hint = AGAIN): unknown => flaws.push({ message, hint });
  const head = readImage(content);
  if (content.length !== size) flaw(`has ${content.length} bytes, and should have ${size}`);
  else if (digests.sha256Hex(content) !== sha256) flaw('is broken: its digest is another one');
  else if (head === null) flaw(UNKNOWN);
  else if (head.version !== version) flaw(`is ${head.version} under the manifest of ${version}`);
  if (head !== null && head.artefact?.kind !== ships) {
    flaw(`is ${head.artefact?.kind ?? 'firmware'} under the manifest of ${ships ?? 'firmware'}`);
  }
  if (size > IMAGE_BYTES_MAX / 2) flaw(`has more than ${IMAGE_BYTES_MAX / 2} bytes`);
  if (hardware !== HARDWARE) flaw(`is for ${hardware}, and devices are ${HARDWARE}`);
  if ((delta === undefined) !== (patch === null)) flaw('has a patch that its manifest knows not');
  if (delta === undefined || patch === null) return flaws;
  const isIts = patch.length === delta.size && digests.sha256Hex(patch) === delta.sha256;
  if (!isIts) flaw('has a patch that is broken: its digest is another one');
  if (delta.size >= size) flaw('has a patch that is no smaller than it', 'leave the patch out');
  return flaws;
}

const unread = (name: string): ImageFlaw => ({
  message: `${name} cannot be read`,
  hint: 'name a file that is there, as seen from the scenario',
});
