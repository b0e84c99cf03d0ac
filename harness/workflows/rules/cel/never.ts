/**
 * Whether a condition can be so at all: between the bounds that it sets to each name something must
 * be left. It is looked at as a choice among ways; where there are too many of them it may be.
 */
import type { Tree } from './tree.ts';

/** From the one to the other; `isOpen`: the bound itself is not in it. */
interface Range {
  low: number;
  high: number;
  isLowOpen: boolean;
  isHighOpen: boolean;
}

type Way = ReadonlyMap<string, Range>;

const WAYS_MAX = 64;
const ALL = { low: -Infinity, high: Infinity, isLowOpen: false, isHighOpen: false };
const NOT: Readonly<Record<string, string>> = {
  ...{ '<': '>=', '>=': '<', '>': '<=', '<=': '>', '==': '!=', '!=': '==' },
};
const TURNED: Readonly<Record<string, string>> = {
  ...{ '<': '>', '>': '<', '<=': '>=', '>=': '<=', '==': '==', '!=': '!=' },
};

/** What a name can be at all: from the one to the other, both with it. */
export type Between = ReadonlyMap<string, readonly [low: number, high: number]>;

export function isNever(tree: Tree, between: Between = new Map()): boolean {
  const known = [...between].map(([name, [low, high]]) => [name, { ...ALL, low, high }] as const);
  return waysOf(tree, true, [new Map(known)]).length === 0;
}

/** Names that it speaks of. */
export const namesOf = (tree: Tree): string[] =>
  isName(tree) ? [tree.op] : tree.args.flatMap(namesOf);

/** Those of these ways in which it is so, or not. */
function waysOf(tree: Tree, isSo: boolean, ways: readonly Way[]): readonly Way[] {
  const { op, args } = tree;
  const [left, right] = args;
  if (left === undefined)
    return isName(tree) ? within(tree.op, isSo ? '>=' : '<=', isSo ? 1 : 0, ways) : ways;
  if (op === '!') return waysOf(left, !isSo, ways);
  if (right === undefined) return ways;
  if (op === '&&' || op === '||') {
    const first = waysOf(left, isSo, ways);
    if ((op === '&&') === isSo) return waysOf(right, isSo, first);
    const both = [...first, ...waysOf(right, isSo, ways)];
    return both.length > WAYS_MAX ? ways : both;
  }
  const isTurned = typeof left.constant === 'number';
  const [name, bound] = isTurned ? [right, left.constant] : [left, right.constant];
  const is = isTurned ? TURNED[op] : op;
  if (is === undefined || !isName(name) || name.kind === 'bool' || typeof bound !== 'number')
    return ways;
  return within(name.op, isSo ? is : (NOT[is] ?? ''), bound, ways);
}

const isName = ({ args, constant }: Tree): boolean => args.length === 0 && constant === undefined;

function within(name: string, op: string, bound: number, ways: readonly Way[]): readonly Way[] {
  return ways.flatMap((way) => {
    const range = narrowed(way.get(name) ?? ALL, op, bound);
    const { low, high, isLowOpen, isHighOpen } = range;
    const isEmpty = low > high || (low === high && (isLowOpen || isHighOpen));
    return isEmpty ? [] : [new Map(way).set(name, range)];
  });
}

function narrowed(range: Range, op: string, bound: number): Range {
  const made = { ...range };
  const isOpen = op === '<' || op === '>';
  if (op !== '!=' && !op.startsWith('<')) {
    if (bound > made.low) Object.assign(made, { low: bound, isLowOpen: isOpen });
    else if (bound === made.low) made.isLowOpen ||= isOpen;
  }
  if (op !== '!=' && !op.startsWith('>')) {
    if (bound < made.high) Object.assign(made, { high: bound, isHighOpen: isOpen });
    else if (bound === made.high) made.isHighOpen ||= isOpen;
  }
  return made;
}
