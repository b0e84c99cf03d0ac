/**
 * What is wrong with a condition, before anything is run: it is of the part of CEL which everybody
 * evaluates alike, over the signals of the devices that it is about, comes to yes or no, and can be
 * both, as far as that is seen without any reading.
 */
import { nearestName, type Problem } from '#kernel';
import { type Between, isNever, namesOf } from './cel/never.ts';
import { formOf, type KindOf, type Tree, treeOf } from './cel/tree.ts';
import { Refused, shown } from './cel/words.ts';

const TEXT_MAX = 500;

/** What it may speak of. */
export interface Spoken {
  /** Numbers, such as what all of its devices measure. */
  names: readonly string[];
  /** What they measure, where it is about many readings and may not speak of one. */
  single?: readonly string[];
  /** Names that are yes or no. */
  flags?: readonly string[];
  /** What some of the names can be at all. */
  between?: Between;
  /** Names of which is told elsewhere that they come to nothing: what speaks of them is let be. */
  untold?: readonly string[];
  /** What there is could not be told, which is told elsewhere: any name may be of a signal. */
  isUnknown?: boolean;
}

export function conditionAmiss(path: string, text: string, spoken: Spoken): Problem[] {
  if (text.length > TEXT_MAX) {
    const message = `a condition has at most ${TEXT_MAX} characters`;
    return [{ code: 'bad-value', path, message, hint: 'write two rules' }];
  }
  try {
    const tree = treeOf(text, namesIn(spoken));
    if (!isNever(tree, spoken.between)) return [];
    const [why, hint] = isNever(tree) ? NEVER[kindOf(tree)] : beyond(tree, spoken.between);
    return [{ code: 'bad-value', path, message: `it can never be so: ${why}`, hint }];
  } catch (error) {
    if (error instanceof Untold) return [];
    if (!(error instanceof Refused)) throw error;
    const { from, width, message, hint } = error;
    return [{ code: 'bad-value', path, message, hint, part: { from, width } }];
  }
}

/** Whether both say the same; of what is refused nobody knows. */
export function isSame(one: string, other: string, spoken: Spoken): boolean {
  try {
    const [first, second] = [one, other].map((text) => formOf(treeOf(text, namesIn(spoken))));
    return first === second;
  } catch {
    return false;
  }
}

/** It speaks of a name that is wrong itself. */
class Untold extends Error {}

/** Of what it speaks: of numbers alone, of what is so or not alone, or of both. */
function kindOf({ op, kind, args, constant }: Tree): keyof typeof NEVER {
  if (args.length === 0) return kind === 'bool' && constant === undefined ? 'flags' : 'numbers';
  // `!` and the like are of neither.
  const kinds = new Set(args.filter((one) => one.constant === undefined).map(kindOf));
  const [only = 'numbers'] = kinds;
  return kinds.size > 1 || op === '?' ? 'both' : only;
}

const NEVER = {
  numbers: ['no number is within all of these bounds', 'write other bounds, or || for &&'],
  flags: ['something would have to be so, and not be so', 'write || for &&, or leave one out'],
  both: ['all that it asks for is never so at once', 'write other bounds, or || for &&'],
} as const;

/** It asks for more than what was counted can come to, or for less. */
function beyond(tree: Tree, between: Between = new Map()): readonly [why: string, hint: string] {
  const own = new Set(namesOf(tree));
  const said = [...between].flatMap(([name, [low, high]]) => {
    if (!own.has(name)) return [];
    return high === Infinity
      ? [`${name} is ${low} or more`]
      : [`${name} is from ${low} to ${high}`];
  });
  return [said.join(', '), 'write bounds that lie there'];
}

function namesIn({ names, single = [], flags = [], untold = [], ...more }: Spoken): KindOf {
  const { isUnknown = false } = more;
  return (name, from) => {
    if (untold.includes(name)) throw new Untold();
    if (flags.includes(name)) return 'bool';
    if (names.includes(name) || isUnknown) return 'double';
    if (single.includes(name)) {
      const hint = `write let: { value: { mean: ${name} } }, and speak of value`;
      const message = `${name} is said by each reading, and a window has many`;
      throw new Refused(from, name.length, message, hint);
    }
    const message = `no device of it measures ${JSON.stringify(shown(name))}`;
    throw new Refused(from, name.length, message, namesHint(name, [...names, ...flags]));
  };
}

/** What was meant, or what there is. */
export function namesHint(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  if (near !== undefined) return `did you mean ${near}?`;
  return known.length === 0
    ? 'all of its devices have no signal in common: write of: for some of them'
    : `signals are ${known.join(', ')}`;
}
