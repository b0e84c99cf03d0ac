/** How duties come by others of the catalog, and by what one that is tried has thrown. */
import type { Catalog, Plugin } from '#kernel';

/** By name alone, since the families lead to the duties. */
export const kindsOf = <T extends object>(catalog: Catalog, family: string): T[] => [
  ...(
    catalog.of({ family } as Parameters<Catalog['of']>[0]) as ReadonlyMap<string, Plugin & T>
  ).values(),
];

type Hook = (...given: unknown[]) => unknown;

/**
 * The same, but what any of its hooks throws is kept: the judge keeps no more than the words. What
 * the hook `starts` hands back is watched as well.
 */
export function watched<T extends object>(
  plugin: T,
  failure: { error?: unknown },
  starts: string,
): T {
  return new Proxy(plugin, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        try {
          const out = (value as Hook).apply(target, given);
          return name === starts ? watched(out as object, failure, starts) : out;
        } catch (error) {
          failure.error ??= error;
          throw error;
        }
      };
    },
  });
}
