/**
 * From a file and flags to a plan: reads the scenario, applies overrides, gathers the plug-ins it
 * may name, and plans. Everything that is wrong comes out as located problems, all of them
 * together.
 */
import { isAbsolute, relative, resolve } from 'node:path';
import { digests, loadAuthored, makePlan, type PluginCatalog, targetFamily } from '#harness';
import {
  AuthorError,
  type Catalog,
  type Gear,
  knownHint,
  mutantFamily,
  type Plan,
  type Problem,
} from '#kernel';
import {
  fromModule,
  type ParseOutcome,
  parseScenario,
  retargeted,
  type Scenario,
} from '#scenarios';
import { wholeCatalog } from './families.ts';
import type { Host } from './host.ts';

export interface RunFlags {
  gear?: Gear;
  seed?: number;
  devices?: number;
  set?: string[];
  target?: string;
  mutant?: string;
  plugin?: string[];
}

export interface LoadedPlan {
  plan: Plan;
  catalog: PluginCatalog;
  /** Absolute paths of the user's plug-ins. */
  plugins: string[];
  /** Folder of the scenario file. */
  base: string;
}

export async function loadPlan(
  host: Host,
  file: string,
  flags: RunFlags,
  known?: PluginCatalog,
): Promise<LoadedPlan> {
  const path = resolve(host.cwd, file);
  refuseNoFile(host, path, file);
  const read = await readerOf(host, path, file, (source) => overridesOf(flags, source));
  const base = resolve(path, '..');
  const { catalog, plugins } = await withOwn(known ?? (await wholeCatalog()), read, base, flags);
  // What is wrong is said all at once, names of plug-ins included.
  const loaded = read(catalog);
  if (!loaded.ok) throw new ScenarioError(loaded.problems, loaded.text);
  const mutant = flags.mutant ?? null;
  if (mutant !== null && !catalog.of(mutantFamily).has(mutant))
    throw new AuthorError([unknownMutant(mutant, catalog)]);
  const seed = flags.seed ?? loaded.scenario.seed ?? 1;
  const gear = gearOf(loaded.scenario, flags, catalog);
  const outcome = makePlan({
    scenario: loaded.scenario,
    sha256: digests.sha256Hex(loaded.text),
    file: nameOf(host, path, file),
    seed,
    gear,
    devices: flags.devices ?? null,
    mutant,
    plugins: plugins.map((plugin, i) => ({
      file: loaded.plugins[i] ?? plugin.split('/').at(-1) ?? '',
      sha256: digests.sha256Hex(host.readText(plugin)),
    })),
    replay: replayLine(nameOf(host, path, file), gear, seed, flags),
    catalog,
  });
  if (outcome.ok) return { plan: outcome.plan, catalog, plugins, base };
  const located = outcome.problems.map((problem) => ({
    ...problem,
    file,
    ...(problem.path === undefined ? {} : loaded.locate(problem.path)),
  }));
  throw new ScenarioError(located, loaded.text);
}

/**
 * Problems together with the text their positions refer to (overrides may have changed the file's).
 */
export class ScenarioError extends AuthorError {
  readonly text: string;
  constructor(problems: readonly Problem[], text: string) {
    super(problems);
    this.text = text;
  }
}

type Reader = (catalog: Catalog | null) => ParseOutcome;

/** The plug-ins that the file brings are known before it is checked, whatever is wrong with it. */
async function withOwn(
  known: PluginCatalog,
  read: Reader,
  base: string,
  flags: RunFlags,
): Promise<{ catalog: PluginCatalog; plugins: string[] }> {
  const written = read(null);
  const names = [...written.plugins, ...(flags.plugin ?? [])];
  const plugins = names.map((name) => resolve(base, name));
  const placeOf = (index: number): Partial<Problem> =>
    index < written.plugins.length ? written.locate(`plugins[${index}]`) : {};
  try {
    return { catalog: await known.with(plugins, placeOf), plugins };
  } catch (error) {
    if (!(error instanceof AuthorError)) throw error;
    const others = written.ok ? [] : written.problems;
    throw new ScenarioError([...others, ...error.problems], written.text);
  }
}

/** Reads the file once; parsing it again costs nothing but time. */
async function readerOf(
  host: Host,
  path: string,
  file: string,
  setsFor: (source: unknown) => string[],
): Promise<Reader> {
  if (/\.[cm]?[jt]s$/.test(path)) {
    const value = await loadAuthored(path, 'scenario');
    const sets = setsFor(value);
    return (catalog) => fromModule(value, file, sets, catalog);
  }
  const text = readable(host, path, file);
  const sets = setsFor(text);
  return (catalog) => parseScenario(text, file, sets, catalog);
}

function refuseNoFile(host: Host, path: string, file: string): void {
  if (!host.exists(path)) {
    throw new AuthorError([
      {
        code: 'no-file',
        message: `there is no file ${file}`,
        hint: 'twinstorm list scenarios shows the library',
      },
    ]);
  }
  if (host.isDirectory(path)) {
    const message = `${file} is a folder`;
    throw new AuthorError([{ code: 'folder', message, hint: 'name a scenario file in it' }]);
  }
}

function readable(host: Host, path: string, file: string): string {
  try {
    return host.readText(path);
  } catch (error) {
    const message = `${file} cannot be read: ${(error as Error).message}`;
    throw new AuthorError([{ code: 'no-file', message }]);
  }
}

/** `--target` is an override like any other: the scenario then simply says so. */
function overridesOf({ set = [], target }: RunFlags, source: unknown): string[] {
  return target === undefined ? set : [...set, retargeted(source, target)];
}

/** What is asked for; but a scenario's wish gives way to where its target can stand at all. */
function gearOf(scenario: Scenario, flags: RunFlags, catalog: Catalog): Gear {
  if (flags.gear !== undefined) return flags.gear;
  const gears = catalog.of(targetFamily).get(scenario.target.kind)?.gears ?? ['sim'];
  const wished = scenario.gear ?? 'sim';
  return gears.includes(wished) ? wished : (gears[0] ?? wished);
}

function unknownMutant(name: string, catalog: Catalog): Problem {
  return {
    code: 'unknown-mutant',
    message: `there is no mutant '${name}'`,
    ...knownHint(name, catalog.of(mutantFamily).keys()),
  };
}

/** The name of the file for plans and reports: never a path of the machine. */
function nameOf(host: Host, path: string, file: string): string {
  if (!isAbsolute(file)) return file;
  const name = relative(host.cwd, path);
  return name.startsWith('..') ? (path.split('/').at(-1) ?? file) : name;
}

function replayLine(file: string, gear: Gear, seed: number, flags: RunFlags): string {
  const parts = ['twinstorm', 'run', file, '--gear', gear, '--seed', String(seed)];
  if (flags.devices !== undefined) parts.push('--devices', String(flags.devices));
  for (const set of flags.set ?? []) parts.push('--set', quoted(set));
  if (flags.target !== undefined)
    parts.push('--target', quoted(flags.target.replace(/\/\/[^/@]*@/, '//')));
  if (flags.mutant !== undefined) parts.push('--mutant', flags.mutant);
  return parts.join(' ');
}

const quoted = (text: string): string =>
  /^[\w./:=-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
