/**
 * A plug-in by its name alone, or as a map of one: its name with what it takes. Written so wherever
 * a scenario lists plug-ins that need no name of their own.
 */
import { z } from 'zod';
import { isMap, mustBe } from '#kernel';
import { name } from './atoms.ts';

export interface KindWithParams {
  kind: string;
  given: Readonly<Record<string, unknown>>;
}

/** Where a list of one kind stands, its items; else the one that there is. */
export interface KindWithList extends KindWithParams {
  several: readonly Readonly<Record<string, unknown>>[] | null;
}

/** The same, or several of one kind as a list: `{ KIND: [PARAMS, PARAMS] }`. */
export function kindWithList(what: string, example: string) {
  return kindOf(what, example, (kind, params): KindWithList | string => {
    if (!Array.isArray(params)) {
      const one = single(kind, params);
      return typeof one === 'string' ? one : { ...one, several: null };
    }
    return params.length > 0 && params.every(isMap)
      ? { kind, given: {}, several: params as Record<string, unknown>[] }
      : 'must be a list of maps of parameters, one at least';
  });
}

/** `what` is the family's name, `example` one that is written as a map. */
export const kindWithParams = (what: string, example: string) => kindOf(what, example, single);

/** What is wrong with it, where something is. */
function single(kind: string, params: unknown): KindWithParams | string {
  return isMap(params) ? { kind, given: params } : mustBe('a map of parameters', params);
}

type Read<T> = (kind: string, params: unknown) => T | string;

function kindOf<T extends KindWithParams>(what: string, example: string, read: Read<T>) {
  const expected = `a ${what}'s name or a map with one`;
  const hint = `such as ${example}`;
  const asMap = z
    .record(name(`Name of a ${what}.`), z.unknown(), {
      error: (issue) => mustBe(expected, issue.input),
    })
    .meta({ description: `A ${what} with parameters.`, minProperties: 1, maxProperties: 1 })
    .transform((given, context): T => {
      const [only, ...more] = Object.entries(given);
      const wrong = (path: string[], message: string, help = hint) => {
        const params = { hint: help };
        context.issues.push({ code: 'custom', input: given, path, message, params });
        return z.NEVER;
      };
      if (only === undefined || more.length > 0) return wrong([], `must name exactly one ${what}`);
      const [kind, params] = only;
      const found = read(kind, params ?? {});
      // What stands there may come from a file of its own, under a name that was meant.
      const help = example.startsWith(`{ ${kind}:`) ? hint : formOf(kind);
      return typeof found === 'string' ? wrong([kind], found, help) : found;
    });
  const alone = name(`Name of a ${what}.`).transform(
    // Nothing is given, so nothing of it can be wrong.
    (kind): T => read(kind, {}) as T,
  );
  return z.union([alone, asMap], { error: (issue) => mustBe(expected, issue.input) });
}

const formOf = (kind: string): string => `write what ${kind} takes, as a map: { KEY: VALUE }`;
