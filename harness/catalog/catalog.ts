/**
 * The files of plug-ins. A plural folder is read in sorted order; a default export must carry the
 * file's name as its `kind`. What a plug-in is and whether it is sound is judged by the catalog
 * (load-catalog.ts).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AuthorError, assert, foundAt, isMap, meantHint, type Plugin } from '#kernel';

/**
 * The plug-ins of a plural folder of this product, by kind. `folder` is relative to the
 * repository's root.
 */
export async function loadFolder<T extends Plugin>(folder: string): Promise<Map<string, T>> {
  const root = new URL(`../../${folder}/`, import.meta.url);
  const kinds = new Map<string, T>();
  for (const file of readdirSync(fileURLToPath(root)).sort()) {
    const kind = pluginName(file);
    if (kind === null) continue;
    const module = (await import(new URL(file, root).href)) as { default?: T };
    const plugin = module.default;
    if (plugin === undefined) continue;
    assert(plugin.kind === kind, `${folder}/${file} says it is '${plugin.kind}'`);
    kinds.set(kind, plugin);
  }
  return kinds;
}

/**
 * A user's own plug-in file: whatever `define…` made its default export. One that says at least of
 * which family it is, or has a kind of some sort, is told all that is wrong with it.
 */
export async function loadPluginFile(path: string): Promise<Plugin> {
  const plugin = await loadAuthored(path, 'plug-in');
  if (isMap(plugin) && (plugin.kind ?? plugin.family) !== undefined) {
    foundAt(plugin, placeOfExport(path));
    return plugin as unknown as Plugin;
  }
  throw new AuthorError([
    {
      code: 'plugin',
      message: `${path} has no default export with a kind`,
      hint: 'export default defineDevice({ kind: … }) or one of its siblings',
    },
  ]);
}

/** Where a plug-in begins, for what has no line of its own. */
function placeOfExport(path: string): string {
  const lines = readFileSync(path, 'utf8').split('\n');
  const at = lines.findIndex((line) => /^\s*export default\b/.test(line));
  return `${pathToFileURL(path).href}:${Math.max(0, at) + 1}:1`;
}

/** The default export of a module that a user wrote: its mistakes are the author's, not ours. */
export async function loadAuthored(path: string, what: 'plug-in' | 'scenario'): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
    return module.default;
  } catch (error) {
    const name = relative('.', path);
    if (!existsSync(path)) {
      const message = `there is no ${what} ${name}`;
      throw new AuthorError([{ code: what, message, hint: meantFile(path) }]);
    }
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the ${what} ${name}${placeIn(error, path)} cannot be loaded: ${reason}`;
    const help = AS_COMMONJS.test(reason) ? { hint: MAKE_IT_A_MODULE } : {};
    throw new AuthorError([{ code: what, message, ...help }]);
  }
}

/** What Node says of a module that it reads by the rules of CommonJS, as its folder asks for. */
const AS_COMMONJS = /^(?:Unexpected token 'export'|Cannot use import statement)/;
const MAKE_IT_A_MODULE =
  'its folder is one of CommonJS: write "type": "module" into a package.json beside it, ' +
  'or end its name with .mts or .mjs';

const NAMED_FROM =
  'after --plugin a path is named from here or from the scenario, under plugins: from the latter';

function meantFile(path: string): string {
  const folder = dirname(path);
  return meantHint(basename(path), existsSync(folder) ? readdirSync(folder) : [], NAMED_FROM);
}

/** Where a module broke, as Node tells it: before the message, or in the first frame within it. */
function placeIn(error: unknown, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.indexOf(`${path}:`);
  return at < 0 ? '' : (/^(?::\d+){1,2}/.exec(stack.slice(at + path.length))?.[0] ?? '');
}

function pluginName(file: string): string | null {
  const match = /^([a-z0-9_-]+)\.(?:ts|js)$/.exec(basename(file));
  return match?.[1] ?? null;
}
