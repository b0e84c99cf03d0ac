/** The plug-ins of a family, by its name alone: the families themselves lead to the duties. */
import type { Catalog, Plugin } from '#kernel';

export const kindsOf = <T extends Plugin>(catalog: Catalog, family: string): T[] => [
  ...(catalog.of({ family } as Parameters<Catalog['of']>[0]) as ReadonlyMap<string, T>).values(),
];
