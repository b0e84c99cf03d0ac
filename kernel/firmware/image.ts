/**
 * A firmware image: a small head that says what the device does once it runs it, and a body that
 * fills it to its size. All of it follows from what is asked for and the seed, so that nobody has
 * to carry images about: who has the plan can make them again, byte for byte.
 *
 *   "TWFW" form:u8 headLength:u16 head(JSON) body
 */
import { streamKey, unitAt } from '../random.ts';
import { isName, isVersion } from './manifest.ts';

/** What a release may have that nobody saw before it was rolled out. */
export const DEFECTS = ['none', 'fails-self-test', 'crash-loop'] as const;
export type Defect = (typeof DEFECTS)[number];

export interface ImageHead {
  version: string;
  hardware: string;
  defect: Defect;
}

export const IMAGE_BYTES_MIN = 256;

const MAGIC = [0x54, 0x57, 0x46, 0x57];
const FORM = 1;
const HEAD_AT = 7;

export function buildImage(head: ImageHead, size: number, seed: number): Uint8Array {
  const { version, hardware, defect } = head;
  const said = new TextEncoder().encode(JSON.stringify({ version, hardware, defect }));
  const image = new Uint8Array(size);
  image.set([...MAGIC, FORM, said.length >> 8, said.length & 255]);
  image.set(said, HEAD_AT);
  const key = streamKey(seed, `firmware/${hardware}/${version}`);
  for (let at = HEAD_AT + said.length, n = 0; at < size; n++) {
    let word = Math.floor(unitAt(key, n) * 4294967296);
    for (let k = 0; k < 4 && at < size; k++, at++) {
      image[at] = word & 255;
      word >>>= 8;
    }
  }
  return image;
}

/** Null for whatever is no image. */
export function readImage(bytes: Uint8Array): ImageHead | null {
  if (MAGIC.some((byte, at) => bytes[at] !== byte) || bytes[MAGIC.length] !== FORM) return null;
  const length = ((bytes[5] ?? 0) << 8) | (bytes[6] ?? 0);
  if (HEAD_AT + length > bytes.length) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      bytes.subarray(HEAD_AT, HEAD_AT + length),
    );
    const { version, hardware, defect } = Object(JSON.parse(text)) as Record<string, unknown>;
    if (!isVersion(version) || !isName(hardware) || !isDefect(defect)) return null;
    return { version, hardware, defect };
  } catch {
    return null;
  }
}

const isDefect = (value: unknown): value is Defect => DEFECTS.some((one) => one === value);
