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

/** `what` is the family's name, `example` one that is written as a map. */
export function kindWithParams(what: string, example: string) {
  const expected = `a ${what}'s name or a map with one`;
  const hint = `such as ${example}`;
  const asMap = z
    .record(name(`Name of a ${what}.`), z.unknown(), {
      error: (issue) => mustBe(expected, issue.input),
    })
    .meta({ description: `A ${what} with parameters.`, minProperties: 1, maxProperties: 1 })
    .transform((given, context): KindWithParams => {
      const [only, ...more] = Object.entries(given);
      const wrong = (path: string[], message: string) => {
        context.issues.push({ code: 'custom', input: given, path, message, params: { hint } });
        return z.NEVER;
      };
      if (only === undefined || more.length > 0) return wrong([], `must name exactly one ${what}`);
      const [kind, params] = only;
      if (params === null || params === undefined) return { kind, given: {} };
      if (!isMap(params)) return wrong([kind], mustBe('a map of parameters', params));
      return { kind, given: params };
    });
  const alone = name(`Name of a ${what}.`).transform(
    (kind): KindWithParams => ({ kind, given: {} }),
  );
  return z.union([alone, asMap], { error: (issue) => mustBe(expected, issue.input) });
}
