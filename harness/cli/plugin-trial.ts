/**
 * Files of a user's, loaded as a scenario loads them and tried by what their families owe. They may
 * name each other. What is wrong stands with its line in the file, where one can be told.
 */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPluginFile, type PluginCatalog } from '#harness';
import { AuthorError, type Problem, type Shortcoming } from '#kernel';
import { heldTo } from './check-plugin.ts';
import { wholeCatalog } from './families.ts';
import type { Host } from './host.ts';

/** What is told of one file, here and with --json. */
export interface Told {
  file: string;
  family: string | null;
  kind: string | null;
  verdict: 'ok' | 'wrong' | 'not-tried';
  /** How many duties it was tried by, beside the form of its fields. */
  duties: number;
  problems: Placed[];
  notes: Placed[];
}

export interface Placed {
  line: number | null;
  message: string;
  duty?: string;
  remedy?: string;
}

/** Of whom something is told. */
export type Whose = Pick<Told, 'family' | 'kind'>;

/** What is said of a trial under way: where it is, what came of a file, and what went astray. */
export type TrialNews =
  | { kind: 'at'; path: string; duty: string; of: Whose }
  | { kind: 'told'; path: string; told: Told }
  | { kind: 'stray'; message: string; remedy?: string }
  | { kind: 'ours'; stack: string }
  | { kind: 'done' };

/** Which files there are, and which of them are told already. */
export interface TrialOrder {
  paths: readonly string[];
  told: readonly string[];
}

export const LOADED = 'is loaded';
const NOBODY: Whose = { family: null, kind: null };

/** Those that can be loaded are tried together, whatever is wrong with the others. */
export async function tryPlugins(
  host: Host,
  { paths, told }: TrialOrder,
  tell: (news: TrialNews) => void,
): Promise<void> {
  for (const path of paths) {
    tell({ kind: 'at', path, duty: LOADED, of: NOBODY });
    // What is wrong with it is told below, together with everything else.
    await loadPluginFile(path).catch(() => {});
  }
  const known = await wholeCatalog();
  const refused = await refusalsOf(known, paths);
  const catalog = await known.with(paths.filter((path) => !refused.has(path)));
  for (const path of paths.filter((one) => !told.includes(one))) {
    const problems = refused.get(path);
    const before = (duty: string, of: Whose): void => tell({ kind: 'at', path, duty, of });
    const one =
      problems === undefined
        ? await tried(host, path, catalog, before)
        : await notLoaded(host, path, known, problems);
    tell({ kind: 'told', path, told: one });
  }
}

/** What keeps files from being loaded, by file. */
async function refusalsOf(
  known: PluginCatalog,
  paths: readonly string[],
): Promise<Map<string, Problem[]>> {
  const refused = new Map<string, Problem[]>();
  try {
    await known.with(paths, (index) => ({ file: paths[index] ?? '' }));
  } catch (error) {
    if (!(error instanceof AuthorError)) throw error;
    for (const problem of error.problems) {
      const file = problem.file ?? '';
      refused.set(file, [...(refused.get(file) ?? []), problem]);
    }
  }
  return refused;
}

async function tried(
  host: Host,
  path: string,
  catalog: PluginCatalog,
  before: (duty: string, of: Whose) => void,
): Promise<Told> {
  const plugin = await loadPluginFile(path);
  const family = catalog.familyOf(plugin);
  const of: Whose = { family: family?.family ?? null, kind: String(plugin.kind) };
  const found = await heldTo(plugin, catalog, (duty) => before(duty, of));
  const placed = (one: Shortcoming): Placed => {
    const { duty, message, remedy } = one;
    const line = lineIn(path, remedy ?? '') ?? lineOfExport(host, path);
    return { line, message, duty, ...(remedy === undefined ? {} : { remedy }) };
  };
  const problems = found.filter(({ advice }) => advice === undefined).map(placed);
  return {
    file: named(host, path),
    ...of,
    verdict: problems.length === 0 ? 'ok' : 'wrong',
    duties: (await family?.duties())?.length ?? 0,
    problems,
    notes: found.filter(({ advice }) => advice === true).map(placed),
  };
}

/** One whose fields are malformed is wrong; one that is none, or throws at once, was not tried. */
async function notLoaded(
  host: Host,
  path: string,
  known: PluginCatalog,
  problems: readonly Problem[],
): Promise<Told> {
  const plugin = await loadPluginFile(path).catch(() => null);
  const family = plugin === null ? null : known.familyOf(plugin);
  const text = host.exists(path) ? host.readText(path) : '';
  return {
    file: named(host, path),
    family: family?.family ?? null,
    kind: plugin === null ? null : String(plugin.kind),
    verdict: family === null ? 'not-tried' : 'wrong',
    duties: 0,
    problems: problems.map(({ message, hint }) => ({
      line: lineIn(path, message) ?? lineOfField(text, message) ?? lineOfExport(host, path),
      message,
      ...(hint === undefined ? {} : { remedy: hint }),
    })),
    notes: [],
  };
}

export const named = (host: Host, path: string): string => relative(host.cwd, path);

/** The line of a place in this file that stands in a sentence of somebody else's. */
export function lineIn(path: string, text: string): number | null {
  const url = /file:[^\s:]*:?[^\s:]*?:(\d+):\d+/.exec(text);
  if (url !== null && isSameFile(url[0], path)) return Number(url[1]);
  const at = text.indexOf(`${relative('.', path)}:`);
  const line = at < 0 ? null : /:(\d+)/.exec(text.slice(at))?.[1];
  return line === null || line === undefined ? null : Number(line);
}

function isSameFile(place: string, path: string): boolean {
  try {
    return fileURLToPath(place.replace(/(?::\d+){1,2}$/, '')) === path;
  } catch {
    return false;
  }
}

/** Where a plug-in begins, for what has no line of its own; null where there is no such file. */
export function lineOfExport(host: Host, path: string): number | null {
  if (!host.exists(path)) return null;
  const lines = host.readText(path).split('\n');
  return (
    Math.max(
      0,
      lines.findIndex((line) => /^\s*export default\b/.test(line)),
    ) + 1
  );
}

/** Where a field is written that a sentence begins with, such as `params.share.default`. */
function lineOfField(text: string, message: string): number | null {
  const [, field = ''] = /malformed: ([\w.-]+)/.exec(message) ?? [];
  const [, strange] = /unknown field '([\w-]+)'/.exec(message) ?? [];
  const lines = text.split('\n');
  let at = -1;
  for (const name of strange === undefined ? field.split('.') : [strange]) {
    const key = new RegExp(`(?:^|[\\s{,])['"]?${name}['"]?\\s*[:(]`);
    const next = lines.findIndex((line, index) => index >= Math.max(0, at) && key.test(line));
    if (next < 0) break;
    at = next;
  }
  return at < 0 ? null : at + 1;
}
