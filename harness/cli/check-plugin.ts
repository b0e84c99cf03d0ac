/**
 * A plug-in held to all that its family owes, beside everything the product brings. The command
 * `check-plugin` goes by it, and so can any test of an author's:
 *
 *   expect(await checkPlugin(myPart)).toEqual([]);
 */
import type { PluginCatalog } from '#harness';
import { type Plugin, type Shortcoming, shortcomingsOf } from '#kernel';
import { wholeCatalog } from './families.ts';

/** `beside`: plug-ins of yours that it names, such as the oracle that a checker asks. */
export async function checkPlugin(
  plugin: object,
  beside: readonly object[] = [],
): Promise<Shortcoming[]> {
  const one = plugin as Plugin;
  return heldTo(one, (await wholeCatalog()).holding([...(beside as readonly Plugin[]), one]));
}

/** In a catalog that knows it and whom it names; `before` hears of each duty. */
export async function heldTo(
  plugin: Plugin,
  catalog: PluginCatalog,
  before?: (says: string) => void,
): Promise<Shortcoming[]> {
  const family = catalog.familyOf(plugin);
  if (family !== null) return shortcomingsOf(family, plugin, catalog, before);
  const families = catalog.families.map((one) => one.family).join(', ');
  const message = `'${String(plugin.kind)}' is of no family`;
  return [{ duty: 'is of a family', message, remedy: `there are ${families}` }];
}
