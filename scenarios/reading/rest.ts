/**
 * What is left of a scenario without its keys and names that nobody knows: where all else is well,
 * it is planned too, so that a person is told at once of what only shows then.
 */
import { type Flaw, isMap, isWithin, type Path, type Problem, parsePath } from '#kernel';
import type { Scenario } from '../scenario.ts';

export interface Rest {
  scenario: Scenario;
  /** Whether what is found in it is so whatever was meant by what was left out. */
  isTold(problem: Problem): boolean;
}

type Read = (value: unknown) => { scenario: Scenario | null; flaws: Flaw[] };

/** Lists of names; one that is unknown is left out of its list. */
const LISTS = ['expect', 'report'];
const KEYS = ['unknown-key', 'unknown-param'];

/** Null where anything else is wrong, which would have to be guessed. */
export function restOf(value: unknown, flaws: readonly Flaw[], read: Read): Rest | null {
  const left = flaws.map(leftOut);
  if (left.length === 0 || left.includes(null)) return null;
  const paths = [...new Map(left.map((path) => [JSON.stringify(path), path ?? []])).values()];
  // From behind, since those behind one that goes move up.
  const rest = paths.sort((a, b) => placeIn(b) - placeIn(a)).reduce(without, value);
  const { scenario, flaws: others } = read(rest);
  if (scenario === null || others.length > 0) return null;
  const meant = flaws.filter(({ code, hint = '' }) => KEYS.includes(code) && /^did you/.test(hint));
  return {
    scenario,
    isTold: (problem) =>
      isTold(
        problem,
        meant.map(({ path }) => path),
      ),
  };
}

const placeIn = ([, place]: Path): number => (typeof place === 'number' ? place : -1);

function leftOut({ code, path, what }: Flaw): Path | null {
  if (KEYS.includes(code) && what === 'key') return path;
  const [list, place] = path;
  const isName = code === 'unknown-checker' || code === 'unknown-report';
  const isOfList = LISTS.includes(String(list)) && typeof place === 'number';
  return isName && isOfList && path.length <= 3 ? path.slice(0, 2) : null;
}

/** A key that was meant otherwise may change all that stands beside it. */
function isTold({ path = '', part }: Problem, meant: readonly Path[]): boolean {
  const at = parsePath(path);
  if (at === undefined || LISTS.includes(String(at[0]))) return false;
  return meant.every((key) =>
    key.length === 1 ? part !== undefined : !isWithin(at, key.slice(0, -1)),
  );
}

function without(value: unknown, [first, ...below]: Path): unknown {
  const isLast = below.length === 0;
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, at) => {
      if (at !== Number(first)) return [item];
      return isLast ? [] : [without(item, below)];
    });
  }
  if (!isMap(value)) return value;
  const entries = Object.entries(value).flatMap(([key, one]) => {
    if (key !== String(first)) return [[key, one] as const];
    return isLast ? [] : [[key, without(one, below)] as const];
  });
  return Object.fromEntries(entries);
}
