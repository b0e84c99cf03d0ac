/**
 * A firmware image: a small head that says what the device does once it runs it and which keys it
 * goes by from then on, and a body that fills it to its size. All of it follows from what is asked
 * for and the seed, so that nobody has to carry images about: who has the plan can make them again,
 * byte for byte.
 *
 *   "TWFW" form:u8 headLength:u16 head(JSON) body
 */
import { streamKey, unitAt } from '../random.ts';
import { type Artefact, readArtefact } from './artefact.ts';
import { type FirmwareKey, isAlg, isHex, KEY_SIZES } from './keys.ts';
import { isName, isVersion } from './manifest.ts';
import { readSpeech, type Speech } from './speech.ts';

/** What a release may have that nobody saw before it was rolled out. */
export const DEFECTS = [
  'none',
  'fails-self-test',
  'crash-loop',
  'heap-leak',
  'late-crash',
  'wrong-scale',
] as const;
export type Defect = (typeof DEFECTS)[number];

/** No device can see it by the end of its trial. */
export const SHOWS_LATE: readonly Defect[] = ['late-crash'];

/** Devices see it where what they measure then lies beyond what it can be, and nowhere else. */
export const SHOWS_IN_SIGNALS: readonly Defect[] = ['wrong-scale'];
/** Of that one: it says hundredths where others say the whole. */
export const WRONG_SCALE = 100;

export interface ImageHead {
  version: string;
  hardware: string;
  defect: Defect;
  /** Keys that a device trusts from when it keeps this. Left out for none. */
  brings?: readonly FirmwareKey[];
  /** Names of those that it trusts no more. */
  withdraws?: readonly string[];
  /** Left out where it names what it measures as the firmware of the factory does. */
  speech?: Speech;
  /** It is no firmware, but this. */
  artefact?: Artefact;
}

/** So many keys may one image bring, or withdraw. */
export const KEYS_MAX = 4;
export const IMAGE_BYTES_MIN = 256;

const MAGIC = [0x54, 0x57, 0x46, 0x57];
const FORM = 1;
/** From one version to the next a few blocks change, as in real ones. */
const [BLOCK, CHANGES] = [256, 1 / 8];
const HEAD_AT = 7;

export function buildImage(head: ImageHead, size: number, seed: number): Uint8Array {
  const { version, hardware } = head;
  const said = headBytes(head);
  const image = new Uint8Array(size);
  image.set([...MAGIC, FORM, said.length >> 8, said.length & 255]);
  image.set(said, HEAD_AT);
  const keyOf = (of: string): number => streamKey(seed, `firmware/${of}`);
  const [shared, own] = [keyOf(hardware), keyOf(`${hardware}/${version}`)];
  const which = keyOf(`${hardware}/${version}/which`);
  for (let from = 0; from < size; from += BLOCK) {
    const key = unitAt(which, from / BLOCK) < CHANGES ? own : shared;
    fill(image, Math.max(from, HEAD_AT + said.length), Math.min(size, from + BLOCK), key);
  }
  return image;
}

/** By its place alone, so that a longer head moves nothing. */
function fill(image: Uint8Array, from: number, to: number, key: number): void {
  for (let at = from - (from % 4); at < to; at += 4) {
    let word = Math.floor(unitAt(key, at / 4) * 4294967296);
    for (let k = at; k < at + 4; k++) {
      if (k >= from && k < to) image[k] = word & 255;
      word >>>= 8;
    }
  }
}

/** An image is no smaller. */
export const leastImageBytes = (head: ImageHead): number =>
  Math.max(IMAGE_BYTES_MIN, HEAD_AT + headBytes(head).length);

function headBytes(head: ImageHead): Uint8Array {
  const { version, hardware, defect, brings = [], withdraws = [], speech, artefact } = head;
  const keys = brings.map(bare);
  const said = {
    ...{ version, hardware, defect },
    ...(keys.length === 0 ? {} : { brings: keys }),
    ...(withdraws.length === 0 ? {} : { withdraws }),
    ...(speech === undefined ? {} : { speech }),
    ...(artefact === undefined ? {} : { artefact }),
  };
  return new TextEncoder().encode(JSON.stringify(said));
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
    const said = Object(JSON.parse(text)) as Record<string, unknown>;
    const { version, hardware, defect, brings = [], withdraws = [] } = said;
    if (!isVersion(version) || !isName(hardware) || !isDefect(defect)) return null;
    if (!isFew(brings) || !brings.every(isKey) || !isFew(withdraws)) return null;
    if (!withdraws.every(isName)) return null;
    const speech = said.speech === undefined ? undefined : readSpeech(said.speech);
    const artefact = said.artefact === undefined ? undefined : readArtefact(said.artefact);
    if (speech === null || artefact === null) return null;
    return {
      ...{ version, hardware, defect },
      ...(brings.length === 0 ? {} : { brings: brings.map(bare) }),
      ...(withdraws.length === 0 ? {} : { withdraws }),
      ...(speech === undefined ? {} : { speech }),
      ...(artefact === undefined ? {} : { artefact }),
    };
  } catch {
    return null;
  }
}

const isDefect = (value: unknown): value is Defect => DEFECTS.some((one) => one === value);

const bare = ({ id, alg, public: bytes }: FirmwareKey): FirmwareKey => ({ id, alg, public: bytes });

const isFew = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.length <= KEYS_MAX;

function isKey(value: unknown): value is FirmwareKey {
  const { id, alg, public: bytes } = Object(value) as Record<string, unknown>;
  return isName(id) && isAlg(alg) && isHex(bytes, KEY_SIZES[alg].public);
}
