/**
 * From a file and flags to a plan: reads the scenario, applies overrides, gathers the plug-ins it
 * may name, and plans. Everything that is wrong comes out as located problems, all of them
 * together.
 */
import { resolve } from 'node:path';
import {
  digests,
  loadAuthored,
  makePlan,
  type PlanOutcome,
  type PlanRequest,
  type PluginCatalog,
  targetFamily,
} from '#harness';
import {
  AuthorError,
  type Catalog,
  type Gear,
  knownHint,
  meantHint,
  mutantFamily,
  type Plan,
  type Problem,
} from '#kernel';
import {
  fromModule,
  type ParseOutcome,
  parseScenario,
  type ReadBeside,
  retargeted,
  type Scenario,
} from '#scenarios';
import { wholeCatalog } from './families.ts';
import { librarySheets } from './files.ts';
import type { RunFlags } from './flags.ts';
import type { Host } from './host.ts';
import { nameOf, replayLine } from './replay-line.ts';

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
  /** Of a scenario that no file holds. */
  written?: string,
): Promise<LoadedPlan> {
  const path = written === undefined ? pathOf(host, file) : resolve(host.cwd, file);
  const sets = (source: unknown): string[] => overridesOf(flags, source);
  const read = await readerOf(host, { path, file, written }, sets);
  const base = resolve(path, '..');
  const typed = (flags.plugin ?? []).map((name) => pluginPath(host, base, name));
  const { catalog, plugins } = await withOwn(
    host,
    known ?? (await wholeCatalog()),
    read,
    base,
    typed,
  );
  // What is wrong is said all at once, names of plug-ins included.
  const loaded = read(catalog);
  const located = (problems: readonly Problem[]): Problem[] =>
    problems.map((problem) => ({
      ...problem,
      file,
      ...(problem.path === undefined ? {} : loaded.locate(problem.path, problem.part)),
    }));
  const planOf = (scenario: Scenario): PlanOutcome =>
    makePlan(requestOf(host, { flags, file, base, plugins, catalog, loaded, scenario }));
  if (!loaded.ok) {
    const { rest } = loaded;
    const outcome = rest ? planOf(rest.scenario) : null;
    const others = outcome === null || outcome.ok ? [] : outcome.problems;
    const told = others.filter((problem) => rest?.isTold(problem));
    throw new ScenarioError([...loaded.problems, ...located(told)], loaded);
  }
  const mutant = flags.mutant ?? null;
  if (mutant !== null && !catalog.of(mutantFamily).has(mutant))
    throw new AuthorError([unknownMutant(mutant, catalog)]);
  const outcome = planOf(loaded.scenario);
  if (outcome.ok) return { plan: outcome.plan, catalog, plugins, base };
  throw new ScenarioError(located(outcome.problems), loaded);
}

interface Asked extends Pick<LoadedPlan, 'catalog' | 'plugins' | 'base'> {
  flags: RunFlags;
  file: string;
  loaded: ParseOutcome;
  scenario: Scenario;
}

function requestOf(host: Host, asked: Asked): PlanRequest {
  const { flags, file, base, plugins, catalog, loaded, scenario } = asked;
  const seed = flags.seed ?? scenario.seed ?? 1;
  const gear = gearOf(scenario, flags, catalog);
  return {
    scenario,
    // What it names counts as if it were written in it.
    sha256: digests.sha256Hex([loaded.text, ...loaded.texts.values()].join('\0')),
    file: nameOf(host.cwd, file),
    seed,
    gear,
    devices: flags.devices ?? null,
    mutant: flags.mutant ?? null,
    plugins: plugins.map((plugin, i) => ({
      file: loaded.plugins[i] ?? plugin.split('/').at(-1) ?? '',
      sha256: digests.sha256Hex(host.readText(plugin)),
    })),
    replay: replayLine(nameOf(host.cwd, file), gear, seed, flags),
    catalog,
    readFile: (name) => host.readBytes(resolve(base, name)),
  };
}

/**
 * Problems together with the text their positions refer to (overrides may have changed the file's).
 */
export class ScenarioError extends AuthorError {
  readonly #source: Pick<ParseOutcome, 'text' | 'texts'>;
  constructor(problems: readonly Problem[], source: Pick<ParseOutcome, 'text' | 'texts'>) {
    super(problems);
    this.#source = source;
  }

  /** What stands around the place of a problem. */
  textOf({ file = '' }: Problem): string {
    return this.#source.texts.get(file) ?? this.#source.text;
  }
}

type Reader = (catalog: Catalog | null) => ParseOutcome;

/** What is typed is named from where it is typed; beside the scenario it is found as well. */
function pluginPath(host: Host, base: string, name: string): string {
  const path = resolve(host.cwd, name);
  const beside = resolve(base, name);
  return !host.exists(path) && host.exists(beside) ? beside : path;
}

/** The plug-ins that the file brings are known before it is checked, whatever is wrong with it. */
async function withOwn(
  host: Host,
  known: PluginCatalog,
  read: Reader,
  base: string,
  typed: readonly string[],
): Promise<{ catalog: PluginCatalog; plugins: string[] }> {
  const written = read(null);
  const plugins = [...written.plugins.map((name) => resolve(base, name)), ...typed];
  const placeOf = (index: number): Partial<Problem> =>
    index < written.plugins.length ? written.locate(`plugins[${index}]`) : {};
  if (plugins.length > 0) await host.begins();
  try {
    return { catalog: await known.with(plugins, placeOf), plugins };
  } catch (error) {
    if (!(error instanceof AuthorError)) throw error;
    const others = written.ok ? [] : written.problems;
    throw new ScenarioError([...others, ...error.problems], written);
  }
}

/** Reads the file once; parsing it again costs nothing but time. */
async function readerOf(
  host: Host,
  { path, file, written }: { path: string; file: string; written: string | undefined },
  setsFor: (source: unknown) => string[],
): Promise<Reader> {
  const beside = besideOf(host, path);
  if (written === undefined && /\.[cm]?[jt]s$/.test(path)) {
    await host.begins();
    const value = await loadAuthored(path, 'scenario');
    const sets = setsFor(value);
    return (catalog) => fromModule(value, file, sets, catalog, beside);
  }
  const text = written ?? readable(host, path, file);
  const sets = setsFor(text);
  return (catalog) => parseScenario(text, file, sets, catalog, beside);
}

/** What it names is read from its folder, once. */
function besideOf(host: Host, path: string): ReadBeside {
  const known = new Map<string, ReturnType<ReadBeside>>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const own = resolve(path, '..', name);
    const bytes = host.readBytes(own);
    const text = bytes === null ? null : new TextDecoder().decode(bytes);
    const read = text === null ? null : { file: nameOf(host.cwd, own), text };
    known.set(name, read);
    return read;
  };
}

/** A file, or a scenario of the library by its name where no file is called so. */
function pathOf(host: Host, file: string): string {
  const path = resolve(host.cwd, file);
  if (host.isDirectory(path)) {
    const message = `${file} is a folder`;
    throw new AuthorError([{ code: 'folder', message, hint: 'name a scenario file in it' }]);
  }
  if (host.exists(path)) return path;
  const library = librarySheets(host);
  const sheet = library.get(file);
  if (sheet !== undefined) return sheet;
  const otherwise = 'twinstorm list scenarios shows the library';
  const hint = meantHint(file, library.keys(), otherwise);
  throw new AuthorError([{ code: 'no-file', message: `there is no file ${file}`, hint }]);
}

function readable(host: Host, path: string, file: string): string {
  try {
    return host.readText(path);
  } catch (error) {
    const message = `${file} cannot be read: ${(error as Error).message}`;
    throw new AuthorError([{ code: 'no-file', message }]);
  }
}

/** `--target` and `--proxy` are overrides like any other: the scenario then simply says so. */
function overridesOf({ set = [], target, proxy }: RunFlags, source: unknown): string[] {
  const links = proxy === undefined ? [] : [`proxy=${JSON.stringify(proxy)}`];
  return [...set, ...(target === undefined ? [] : [retargeted(source, target)]), ...links];
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
