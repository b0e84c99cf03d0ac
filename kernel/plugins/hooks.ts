/**
 * The hooks of a living plug-in: what `start` of a part, a workflow or a checker hands back. A hook
 * with a slip in its name would never be called, and nobody would notice.
 */
import { Misuse, misnamed } from './guard.ts';
import { either, isMap, mustBe } from './quantity.ts';

/** The names of hooks, and whether there must be one. */
export type Hooks<Name extends string = string> = Readonly<Record<Name, 'must' | 'may'>>;

/** The first thing that is wrong; null when all is well. */
export function hookFlaw(living: unknown, hooks: Hooks): Misuse | null {
  if (!isMap(living)) return new Misuse(`what it starts ${mustBe('an object', living)}`);
  const names = Object.keys(hooks);
  const strange = methodsOf(living).find((name) =>
    isPlain(living)
      ? !names.includes(name)
      : names.some((hook) => living[hook] === undefined && isSlip(name, hook)),
  );
  if (strange !== undefined) {
    return misnamed(`there is no hook '${strange}', and nobody would call it`, strange, names);
  }
  const missing = names.filter(
    (hook) => hooks[hook] === 'must' && typeof living[hook] !== 'function',
  );
  if (missing.length === 0) return null;
  return new Misuse(`what it starts has no ${either(missing)}`);
}

/** What a hook returned, which must not be what comes later: nobody waits for a hook. */
export function synchronous<T>(returned: T): T {
  if (!isPromise(returned)) return returned;
  // It is refused here; how it ends is not told a second time.
  returned.then(undefined, () => {});
  throw new Misuse(
    'it returned a promise, and hooks are synchronous',
    'leave out `async`: what is to come later is asked for by `at` of the device or the wheel',
  );
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  isMap(value) && typeof value.then === 'function';

/** A plain object has them itself, another has those of its class and of what that extends. */
function methodsOf(living: Record<string, unknown>): string[] {
  const names = Object.keys(living);
  for (
    let from: unknown = Object.getPrototypeOf(living);
    isMap(from) && from !== Object.prototype;
    from = Object.getPrototypeOf(from)
  ) {
    names.push(...Object.getOwnPropertyNames(from));
  }
  return names.filter((name) => name !== 'constructor' && typeof living[name] === 'function');
}

function isPlain(living: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(living);
  return prototype === Object.prototype || prototype === null;
}

/** In a shorter word, one letter wrong is often another word: `list` is no slip of `lost`. */
const WRONG_FROM = 5;

/**
 * Two letters swapped, one missing or doubled, or in a longer word one wrong, but for the first: a
 * class may have methods of its own.
 */
function isSlip(given: string, meant: string): boolean {
  if (given === meant || given[0] !== meant[0]) return false;
  let from = 1;
  while (from < given.length && given[from] === meant[from]) from++;
  let left = given.slice(from);
  let right = meant.slice(from);
  while (left !== '' && right !== '' && left.at(-1) === right.at(-1)) {
    left = left.slice(0, -1);
    right = right.slice(0, -1);
  }
  if (left.length === 2 && right.length === 2) return left === `${right[1]}${right[0]}`;
  if (left.length === 1 && right.length === 1) return meant.length >= WRONG_FROM;
  if (right === '') return left === given[from - 1];
  return left === '' && right.length === 1;
}
