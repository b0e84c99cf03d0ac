/**
 * What a campaign says of keys: by which its image is signed, which it brings to the devices that
 * keep it, and which it withdraws. So keys, and ways of signing, change while a fleet is out there.
 */
import {
  ALGS,
  type Alg,
  type FirmwareKey,
  isName,
  KEYS_MAX,
  type Params,
  type ParamValues,
  type Problem,
} from '#kernel';
import { FACTORY_KEY, keyOf, type NamedKey } from './releases.ts';

export const keyParams: Params = {
  key: {
    kind: 'text',
    about: 'The key that the image is signed with; devices leave the factory with release-1.',
    default: FACTORY_KEY.id,
  },
  alg: { kind: 'choice', about: 'How it signs.', of: ALGS, default: FACTORY_KEY.alg },
  brings: {
    kind: 'list',
    of: {
      kind: 'record',
      about: 'A key.',
      fields: {
        key: { kind: 'text', about: 'What it is called; no two alike.' },
        alg: { kind: 'choice', about: 'How it signs.', of: ALGS, default: FACTORY_KEY.alg },
      },
    },
    about: 'Keys that a device trusts from when it keeps the image.',
    default: [],
    max: KEYS_MAX,
  },
  withdraws: {
    kind: 'list',
    of: { kind: 'text', about: 'What a key is called.' },
    about: 'Keys that a device trusts no more from when it keeps the image.',
    default: [],
    max: KEYS_MAX,
  },
};

/** What of them an image says of itself, and by which it is signed. */
export interface KeysAsked {
  key: NamedKey;
  brings?: FirmwareKey[];
  withdraws?: string[];
}

export function keysAsked(seed: number, params: ParamValues): KeysAsked {
  const [brings, withdraws] = [broughtBy(params), withdrawnBy(params)];
  return {
    key: { id: String(params.key), alg: params.alg as Alg },
    ...(brings.length === 0 ? {} : { brings: brings.map((key) => keyOf(seed, key)) }),
    ...(withdraws.length === 0 ? {} : { withdraws }),
  };
}

/** `least`: an image that says all that has so many bytes. */
export function keysAmiss(params: ParamValues, least: number): Problem[] {
  const problems: Problem[] = [];
  const [brings, withdraws] = [broughtBy(params), withdrawnBy(params)];
  const named: [string, string][] = [
    ['key', String(params.key)],
    ...brings.map(({ id }, at): [string, string] => [`brings[${at}].key`, id]),
    ...withdraws.map((id, at): [string, string] => [`withdraws[${at}]`, id]),
  ];
  for (const [path, id] of named) if (!isName(id)) problems.push(misnamed(path, id));
  const twice = brings.findIndex(({ id }, at) => brings.findIndex((one) => one.id === id) < at);
  if (twice >= 0) problems.push(broughtTwice(twice, brings[twice]?.id ?? ''));
  const own = new Set(brings.map(({ id }) => id));
  const gone = withdraws.findIndex((id) => own.has(id));
  if (gone >= 0) problems.push(broughtAndGone(gone, withdraws[gone] ?? ''));
  if (Number(params.size) < least) problems.push(tooSmall(least));
  return problems;
}

const broughtBy = ({ brings }: ParamValues): NamedKey[] =>
  (Array.isArray(brings) ? (brings as { key: string; alg: Alg }[]) : []).map(({ key, alg }) => ({
    ...{ id: String(key), alg },
  }));

const withdrawnBy = ({ withdraws }: ParamValues): string[] =>
  Array.isArray(withdraws) ? withdraws.map(String) : [];

const misnamed = (path: string, id: string): Problem => ({
  code: 'bad-value',
  path,
  message: `a key cannot be called ${JSON.stringify(id)}`,
  hint: 'write 1 to 32 of a-z, 0-9 and -, such as release-2',
});

const broughtTwice = (at: number, id: string): Problem => ({
  code: 'bad-value',
  path: `brings[${at}].key`,
  message: `${id} is brought twice`,
  hint: 'leave one of them out, or call it otherwise',
});

const broughtAndGone = (at: number, id: string): Problem => ({
  code: 'bad-value',
  path: `withdraws[${at}]`,
  message: `${id} is brought and withdrawn by the same image`,
  hint: 'leave it out of one of the two: what was withdrawn once never comes back',
});

const tooSmall = (least: number): Problem => ({
  code: 'bad-value',
  path: 'size',
  message: `an image with these keys has ${least} bytes at least`,
  hint: `write size: ${least} or more, or bring fewer keys`,
});
