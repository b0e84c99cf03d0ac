/**
 * Firmware as it lies in files: a sheet with the signed manifest and the key that signed it, and
 * beside it the image, and a patch where there is one. `twinstorm image build` writes it, and a
 * scenario names the sheet.
 */
import {
  type FirmwareKey,
  isHex,
  isName,
  readSigned,
  SIGNATURE_BYTES_MAX,
  type SignedManifest,
} from '#kernel';

const FORM = 'image/1';
/** More than manifest, signature and key together. */
const BYTES_MAX = 65_536;
const BUILD = 'make it with twinstorm image build';

export interface ImageSheet extends SignedManifest {
  key: FirmwareKey;
  /** Names of files in the same folder. */
  image: string;
  patch?: string;
}

/** What is wrong, and what to do about it. */
export interface ImageFlaw {
  message: string;
  hint: string;
}

export const isFlaw = (value: object): value is ImageFlaw => 'message' in value;

export const sheetText = ({ text, signature, key, image, patch }: ImageSheet): string =>
  `${JSON.stringify({ twinstorm: FORM, text, signature, key, image, patch }, null, 2)}\n`;

/** Whether what is in it is right is another question. */
export function readSheet(bytes: Uint8Array): ImageSheet | ImageFlaw {
  const said = bytes.length > BYTES_MAX ? null : jsonIn(bytes);
  if (said?.twinstorm !== FORM) {
    return { message: `is no sheet of an image (no twinstorm: ${FORM} in it)`, hint: BUILD };
  }
  const signed = readSigned({ text: said.text, signature: said.signature });
  if (signed === null) return { message: 'holds no signed manifest', hint: BUILD };
  const { image, patch } = said;
  if (!isFile(image) || (patch !== undefined && !isFile(patch))) {
    return { message: 'names no image in its own folder', hint: 'write image: NAME.img' };
  }
  const key = keyIn(said.key);
  if (key === null) return { message: 'names no key', hint: BUILD };
  return { ...signed, key, image, ...(patch === undefined ? {} : { patch }) };
}

/** Null for whatever is none; each is small. */
export function jsonIn(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isMap ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function keyIn(value: unknown): FirmwareKey | null {
  const { id, alg, public: own } = Object(value) as Record<string, unknown>;
  if (!isName(id) || !isName(alg) || typeof own !== 'string') return null;
  const isBytes = own.length % 2 === 0 && own.length <= 2 * SIGNATURE_BYTES_MAX;
  return isBytes && isHex(own, own.length / 2) ? { id, alg, public: own } : null;
}

const isFile = (name: unknown): name is string =>
  typeof name === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name);
