/** TEST ONLY. A plug-in held to its family by itself, as one text to look through. */
import { type Catalog, type Family, type Plugin, shortcomingsOf } from '#kernel';

/** Nothing else is known. */
export const NO_CATALOG: Catalog = { of: () => new Map(), words: () => undefined };

export async function soundness<T extends Plugin>(
  family: Family<T>,
  plugin: T,
  catalog: Catalog = NO_CATALOG,
): Promise<string> {
  const found = await shortcomingsOf(family, plugin, catalog);
  return found.map(({ duty, message }) => `${duty}: ${message}`).join('\n');
}
