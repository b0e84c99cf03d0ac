/**
 * From a file and flags to a plan: reads the scenario, applies overrides, gathers the plug-ins it
 * may name, and plans. Everything that is wrong comes out as located problems, all of them
 * together.
 */
import { isAbsolute, relative, resolve } from 'node:path';
import { digests, loadAuthored, makePlan, type Vocabulary } from '#harness';
import { AuthorError, type Gear, knownHint, type Plan, type Problem } from '#kernel';
import {
  fromModule,
  type ParseOutcome,
  parseScenario,
  type Scenario,
  type Words,
} from '#scenarios';
import type { Host } from './host.ts';
import { addPlugins, loadShelf, type Shelf } from './shelf.ts';

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
  shelf: Shelf;
  /** Absolute paths of the user's plug-ins. */
  plugins: string[];
  /** Folder of the scenario file. */
  base: string;
}

/** Problems found later than the parser, with the places the parser knows. */
type LoadedScenario = Extract<ParseOutcome, { ok: true }>;

export async function loadPlan(
  host: Host,
  file: string,
  flags: RunFlags,
  shelf?: Shelf,
): Promise<LoadedPlan> {
  const path = resolve(host.cwd, file);
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
  const known = shelf ?? (await loadShelf());
  const loaded = await loadScenario(host, path, file, overridesOf(flags), known);
  const base = resolve(path, '..');
  const plugins = [...loaded.scenario.plugins, ...(flags.plugin ?? [])].map((name) =>
    resolve(base, name),
  );
  const full = await addPlugins(known, plugins, (index) =>
    index < loaded.scenario.plugins.length ? loaded.locate(`plugins[${index}]`) : {},
  ).catch((error: unknown) => {
    throw error instanceof AuthorError ? new ScenarioError(error.problems, loaded.text) : error;
  });
  const mutant = flags.mutant ?? null;
  if (mutant !== null && !full.mutants.has(mutant))
    throw new AuthorError([unknownMutant(mutant, full)]);
  const seed = flags.seed ?? loaded.scenario.seed ?? 1;
  const gear = gearOf(loaded.scenario, flags);
  const outcome = makePlan({
    scenario: loaded.scenario,
    sha256: digests.sha256Hex(loaded.text),
    file: nameOf(host, path, file),
    seed,
    gear,
    devices: flags.devices ?? null,
    mutant,
    plugins: plugins.map((plugin, i) => ({
      file: loaded.scenario.plugins[i] ?? plugin.split('/').at(-1) ?? '',
      sha256: digests.sha256Hex(host.readText(plugin)),
    })),
    replay: replayLine(nameOf(host, path, file), gear, seed, flags),
    vocabulary: vocabularyOf(full),
  });
  if (outcome.ok) return { plan: outcome.plan, shelf: full, plugins, base };
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

const vocabularyOf = (shelf: Shelf): Vocabulary => ({
  models: shelf.models,
  faults: shelf.faults,
  checkers: shelf.checkers,
  reporters: [...shelf.reporters.keys()],
});

async function loadScenario(
  host: Host,
  path: string,
  file: string,
  sets: string[],
  shelf: Shelf,
): Promise<LoadedScenario> {
  const read = await readerOf(host, path, file, sets);
  const parsed = read(null);
  if (parsed.ok) return parsed;
  // What is wrong is said all at once, names of plug-ins included, unless it brings some itself.
  const brings = /^plugins:/m.test(parsed.text);
  const told = brings ? parsed : read(wordsOf(shelf));
  throw new ScenarioError(told.ok ? parsed.problems : told.problems, told.text);
}

/** Reads the file once; parsing it again costs nothing but time. */
async function readerOf(
  host: Host,
  path: string,
  file: string,
  sets: string[],
): Promise<(words: Words | null) => ParseOutcome> {
  if (/\.[cm]?[jt]s$/.test(path)) {
    const value = await loadAuthored(path, 'scenario');
    return (words) => fromModule(value, file, sets, words);
  }
  const text = readable(host, path, file);
  return (words) => parseScenario(text, file, sets, words);
}

function readable(host: Host, path: string, file: string): string {
  try {
    return host.readText(path);
  } catch (error) {
    const message = `${file} cannot be read: ${(error as Error).message}`;
    throw new AuthorError([{ code: 'no-file', message }]);
  }
}

const wordsOf = (shelf: Shelf): Words => ({
  models: [...shelf.models.values()],
  faults: [...shelf.faults.values()],
  checkers: [...shelf.checkers.values()],
});

/** `--target` is an override like any other: the scenario then simply says so. */
function overridesOf(flags: RunFlags): string[] {
  const sets = [...(flags.set ?? [])];
  if (flags.target !== undefined) sets.push(`target=${JSON.stringify(flags.target)}`);
  return sets;
}

/** Real when the target is anything but the platform twin, else what is asked for, else sim. */
function gearOf(scenario: Scenario, flags: RunFlags): Gear {
  if (flags.gear !== undefined) return flags.gear;
  if (scenario.target.kind !== 'embedded') return 'real';
  return scenario.gear ?? 'sim';
}

function unknownMutant(name: string, shelf: Shelf): Problem {
  return {
    code: 'unknown-mutant',
    message: `there is no mutant '${name}'`,
    ...knownHint(name, shelf.mutants.keys()),
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
