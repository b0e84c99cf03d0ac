/**
 * `check-plugin`: files of a user's, loaded as a scenario loads them and tried before one does.
 * They may name each other. What is wrong stands with its line in the file, where one can be told.
 */
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { loadPluginFile, type PluginCatalog } from '#harness';
import { AuthorError, EXIT, type Problem, type Shortcoming } from '#kernel';
import { heldTo } from './check-plugin.ts';
import { wholeCatalog } from './families.ts';
import type { Host } from './host.ts';
import { paint, wantsColour } from './paint.ts';

const HELP = `
Exit codes
  0  every plug-in is sound
  1  one breaks what its family owes
  2  one could not be tried: it cannot be loaded, or is no plug-in`;

/** What is told of one file, here and with --json. */
interface Told {
  file: string;
  family: string | null;
  kind: string | null;
  verdict: 'ok' | 'wrong' | 'not-tried';
  /** How many duties it was tried by, beside the form of its fields. */
  duties: number;
  problems: Placed[];
  notes: Placed[];
}

interface Placed {
  line: number | null;
  message: string;
  duty?: string;
  remedy?: string;
}

export function addCheckPluginCommand(
  program: Command,
  host: Host,
  finish: (code: number) => void,
): void {
  program
    .command('check-plugin <files...>')
    .description('try plug-ins of your own by what their families owe')
    .option('--json', 'print what is found as JSON')
    .addHelpText('after', HELP)
    .action(async (files: string[], options: { json?: boolean }) => {
      const told = await checked(host, [...new Set(files)]);
      if (options.json === true) host.stdout(`${JSON.stringify(told, null, 2)}\n`);
      else for (const one of told) host.stdout(linesOf(host, one));
      finish(codeOf(told));
    });
}

function codeOf(told: readonly Told[]): number {
  const verdicts = told.map(({ verdict }) => verdict);
  if (verdicts.includes('wrong')) return EXIT.fail;
  return verdicts.includes('not-tried') ? EXIT.unknown : EXIT.pass;
}

/** Those that can be loaded are tried together, whatever is wrong with the others. */
async function checked(host: Host, files: readonly string[]): Promise<Told[]> {
  const paths = files.map((file) => resolve(host.cwd, file));
  const known = await wholeCatalog();
  const refused = await refusalsOf(known, paths);
  const sound = paths.filter((path) => !refused.has(path));
  const catalog = await known.with(sound);
  const told: Told[] = [];
  for (const path of paths) {
    const problems = refused.get(path);
    told.push(
      problems === undefined
        ? await tried(host, path, catalog)
        : await notLoaded(host, path, known, problems),
    );
  }
  return told;
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

async function tried(host: Host, path: string, catalog: PluginCatalog): Promise<Told> {
  const plugin = await loadPluginFile(path);
  const family = catalog.familyOf(plugin);
  const found = await heldTo(plugin, catalog);
  const placed = (one: Shortcoming): Placed => {
    const { duty, message, remedy } = one;
    const line = lineIn(path, remedy ?? '');
    return { line, message, duty, ...(remedy === undefined ? {} : { remedy }) };
  };
  const problems = found.filter(({ advice }) => advice === undefined).map(placed);
  return {
    file: named(host, path),
    family: family?.family ?? null,
    kind: plugin.kind,
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
    kind: plugin?.kind ?? null,
    verdict: family === null ? 'not-tried' : 'wrong',
    duties: 0,
    problems: problems.map(({ message, hint }) => ({
      line: lineIn(path, message) ?? lineOfField(text, message),
      message,
      ...(hint === undefined ? {} : { remedy: hint }),
    })),
    notes: [],
  };
}

const named = (host: Host, path: string): string => relative(host.cwd, path);

/** The line of a place in this file that stands in a sentence of somebody else's. */
function lineIn(path: string, text: string): number | null {
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

function linesOf(host: Host, told: Told): string {
  const { good, bad, warn, strong, faint, accent } = paint(wantsColour(host, host.stdoutIsTty));
  const words = { ok: good('ok'), wrong: bad('wrong'), 'not-tried': warn('not tried') };
  const { file, family, kind, verdict, duties, problems, notes } = told;
  const by =
    duties === 0
      ? 'by its form alone'
      : `by its form and ${duties === 1 ? 'one duty' : `${duties} duties`}`;
  const head = [
    words[verdict],
    family ?? 'no plug-in',
    strong(kind ?? '?'),
    file,
    verdict === 'ok' ? faint(by) : '',
  ];
  const body = (word: string, one: Placed): string[] => [
    `  ${word}  ${file}${one.line === null ? '' : `:${one.line}`}  ${one.message}`,
    ...(one.duty === undefined ? [] : [faint(`         a ${family} ${one.duty}`)]),
    ...(one.remedy === undefined ? [] : [`         ${accent('help')} ${one.remedy}`]),
  ];
  const lines = [
    head.filter((one) => one !== '').join('  '),
    ...problems.flatMap((one) => body(bad('wrong'), one)),
    ...notes.flatMap((one) => body(warn('note '), one)),
  ];
  return `${lines.join('\n')}\n`;
}
