/**
 * What is wrong with a condition, before anything is run: it is of the part of CEL which everybody
 * evaluates alike, over the signals of the devices that it is about, comes to yes or no, and can be
 * both, as far as that is seen without any reading.
 */
import { nearestName, type Problem } from '#kernel';
import { isNever } from './cel/never.ts';
import { formOf, type KindOf, treeOf } from './cel/tree.ts';
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
    if (!isNever(tree)) return [];
    const message = 'it can never be so: no number is within all of these bounds';
    return [{ code: 'bad-value', path, message, hint: 'write other bounds, or || for &&' }];
  } catch (error) {
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

function namesIn({ names, single = [], flags = [], isUnknown = false }: Spoken): KindOf {
  return (name, from) => {
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
