/** How a data set is to be split, as its user says it on the command line. */
import { BY_DEVICE, SPLIT_BY, type SplitBy, type Splitting } from '#harness';
import { AuthorError, meantHint } from '#kernel';

export interface SplitFlags {
  splits?: Splitting['splits'];
  splitBy?: SplitBy;
  embargo?: number;
}

const FLAG = '--splits';
const HINT = 'such as --splits train=70%,validation=15%,test=15%';
/** Sums of a few such shares are off by no more. */
const ROUNDED = 1e-9;

/** `train=80%,test=20%`, in the order in which they are told. */
export function splitList(text: string): Splitting['splits'] {
  const splits = text.split(',').map((part) => {
    const [, name = '', percent = ''] = /^([A-Za-z][\w-]*)=(\d+(?:\.\d+)?)%$/.exec(part) ?? [];
    const share = Number(percent) / 100;
    if (name === '' || !(share > 0)) throw wrong(`${FLAG} ${text}: '${part}' is no share`, HINT);
    return { name, share };
  });
  const [twice] = splits.filter(({ name }, at) => splits.findIndex((s) => s.name === name) < at);
  if (twice !== undefined) throw wrong(`${FLAG} ${text}: ${twice.name} stands there twice`, HINT);
  const sum = splits.reduce((all, { share }) => all + share, 0);
  if (Math.abs(sum - 1) <= ROUNDED) return splits;
  const is = Number((100 * sum).toFixed(6));
  throw wrong(`${FLAG} ${text}: that is ${is} % together, and not 100 %`, HINT);
}

export function splitBy(text: string): SplitBy {
  const by = SPLIT_BY.find((one) => one === text);
  if (by !== undefined) return by;
  const known = `known: ${SPLIT_BY.join(', ')}`;
  throw wrong(`--split-by ${text} is no way to split`, meantHint(text, SPLIT_BY, known));
}

export function splittingOf({ splits, splitBy: by, embargo }: SplitFlags): Splitting {
  if (embargo !== undefined && by !== 'time') {
    throw wrong('--embargo goes with --split-by time', 'otherwise a device is in one split alone');
  }
  const { splits: usual, by: usually } = BY_DEVICE;
  return { splits: splits ?? usual, by: by ?? usually, embargoMs: embargo ?? 0 };
}

/** As they were given. */
export const splitParts = ({ splits, splitBy: by, embargo }: SplitFlags): string[] => [
  ...(splits === undefined ? [] : [FLAG, splits.map(textOf).join(',')]),
  ...(by === undefined ? [] : ['--split-by', by]),
  ...(embargo === undefined ? [] : ['--embargo', `${embargo}ms`]),
];

const textOf = ({ name, share }: Splitting['splits'][number]): string =>
  `${name}=${Number((100 * share).toFixed(9))}%`;

const wrong = (message: string, hint: string): AuthorError =>
  new AuthorError([{ code: 'flag', message, hint }]);
