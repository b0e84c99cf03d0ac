/** An image that a scenario names by its file, beside what else it says of the release. */
import {
  bytesOfHex,
  type CampaignPlan,
  type FirmwareImage,
  type FirmwareKey,
  isAlg,
  KEY_SIZES,
  type Params,
  type ParamValues,
  type Problem,
  readManifest,
  SERVINGS,
  type Spoil,
} from '#kernel';
import { seals } from '../../record/seals.ts';
import { FIRST_COUNTER } from './factories.ts';
import { type Files, imageIn } from './image-file.ts';
import { isFlaw } from './image-sheet.ts';
import type { keyParams } from './key-params.ts';
import { FACTORY_KEY, keyOf } from './releases.ts';

export const imageParam: Params = {
  image: {
    kind: 'text',
    about: 'The sheet of an image, made by twinstorm image build; beside the scenario.',
    optional: true,
  },
};

export interface Given {
  image: FirmwareImage;
  /** A key that no seed gives: devices leave the factory with it. */
  keys: FirmwareKey[];
  /** Where it is shipped as it is: by which its signature holds. */
  signing: Pick<CampaignPlan, 'signedBy'>;
}

/** What somebody does to an image that is signed already. */
const LATER: readonly Spoil[] = ['none', 'flipped', 'truncated', 'mixed', 'as-it-is', ...SERVINGS];
/** Of an image of which nothing is said. */
export const USUAL_BYTES = 16_384;
const AS_IT_IS = 'as-it-is';

/** Null where the image follows from the seed, or nothing comes of the file. */
export function imageGiven(
  seed: number,
  params: ParamValues,
  files: Files,
): { given: Given | null; problems: Problem[] } {
  const { image: name, spoil } = params;
  if (name === undefined) {
    const isLost = spoil === AS_IT_IS;
    return { given: null, problems: isLost ? [problem('spoil', OF_A_FILE)] : [] };
  }
  const found = imageIn(files, String(name));
  if (isFlaw(found)) return { given: null, problems: [problem('image', found)] };
  const { image, key } = found;
  const problems = besides(params, image);
  const flaws = [...found.flaws, ...strangerFlaws(seed, key), ...olderFlaws(image)];
  const isMeant = spoil === AS_IT_IS;
  for (const { message, hint } of isMeant ? [] : flaws) {
    const ways = `${hint}; or ship it all the same with spoil: ${AS_IT_IS}`;
    problems.push(problem('image', { message: `${name} ${message}`, hint: ways }));
  }
  if (isMeant && flaws.length === 0) problems.push(problem('spoil', nothingWrong(String(name))));
  const signing = isMeant ? { signedBy: signerOf(seed, image, key) } : {};
  return { given: { image, keys: isOwn(seed, key) ? [key] : [], signing }, problems };
}

/** The key beside it may be another one: the seed has one of each name. */
function signerOf(seed: number, { text, signature }: FirmwareImage, beside: FirmwareKey) {
  const { alg = '', keyId: id = '' } = readManifest(text) ?? {};
  if (!isAlg(alg)) return null;
  const [message, by] = [new TextEncoder().encode(text), bytesOfHex(signature)];
  const keys = [beside, keyOf(seed, { id, alg })].filter((key) => key.id === id && key.alg === alg);
  return keys.find((key) => seals.verify(alg, bytesOfHex(key.public), message, by)) ?? null;
}

/** The image says that itself, or can be signed no more. */
function besides(params: ParamValues, { version, size, delta }: FirmwareImage): Problem[] {
  const { to, spoil } = params;
  const problems: Problem[] = [];
  if (version !== to) {
    const message = `the image is ${version}, and devices are to have ${to}`;
    problems.push(problem('to', { message, hint: `write to: ${version}, or name another image` }));
  }
  if (!LATER.some((one) => one === spoil)) {
    const message = `the image is signed already, so nobody can make it ${spoil}`;
    problems.push(problem('spoil', { message, hint: `write one of ${LATER.join(', ')}` }));
  }
  // Beside a patch it says how large the image is that this is for, the one of the factory.
  const isItsOwn = params.size === USUAL_BYTES || params.size === size || delta !== undefined;
  if (!isItsOwn) problems.push(saysItself('size'));
  for (const [key, usual] of Object.entries(SAYS_ITSELF)) {
    if (JSON.stringify(params[key]) === JSON.stringify(usual)) continue;
    problems.push(saysItself(key));
  }
  return problems;
}

const saysItself = (key: string): Problem =>
  problem(key, {
    message: `an image out of a file says itself what its ${key} is`,
    hint: `leave ${key} out, or build the image with it`,
  });

const SAYS_ITSELF = {
  model: undefined,
  config: undefined,
  defect: 'none',
  delta: false,
  key: FACTORY_KEY.id,
  alg: FACTORY_KEY.alg,
  brings: [],
  withdraws: [],
} satisfies Partial<
  Record<keyof typeof keyParams | 'defect' | 'delta' | 'model' | 'config', unknown>
>;

/** The factory has a key of that name, and it is another one. */
function strangerFlaws(seed: number, { id, public: own }: FirmwareKey) {
  if (id !== FACTORY_KEY.id || own === keyOf(seed, FACTORY_KEY).public) return [];
  const message = `is signed with another ${id} than devices of seed ${seed} have`;
  return [{ message, hint: `build it with --seed ${seed}, or with a key of another name` }];
}

/** No device has run less: an artefact is none of its firmware, and may begin at 0. */
function olderFlaws({ counter, artefact }: FirmwareImage) {
  if (artefact !== undefined || counter >= FIRST_COUNTER) return [];
  const message = `has counter ${counter}, and devices leave the factory with ${FIRST_COUNTER}`;
  return [{ message, hint: `build it with --counter ${FIRST_COUNTER} or more` }];
}

function isOwn(seed: number, { id, alg, public: own }: FirmwareKey): boolean {
  const isKey = isAlg(alg) && own.length === 2 * KEY_SIZES[alg].public;
  return isKey && id !== FACTORY_KEY.id && keyOf(seed, { id, alg }).public !== own;
}

const OF_A_FILE = {
  message: `${AS_IT_IS} is said of an image out of a file`,
  hint: 'name it by image:, or say another spoil',
};

const nothingWrong = (name: string) => ({
  message: `there is nothing wrong with ${name}`,
  hint: 'leave spoil out',
});

const problem = (path: string, said: { message: string; hint: string }): Problem => ({
  ...{ code: 'bad-value', path },
  ...said,
});
