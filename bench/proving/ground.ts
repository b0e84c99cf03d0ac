/**
 * What is proved: the scenarios, planted bugs, histories and parsers that a command line means,
 * with a user's own among them. All of it is found: in the catalog, or by the names of files.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PluginCatalog } from '#harness';
import { AuthorError, type Catalog } from '#kernel';
import { wholeCatalog } from '../../harness/cli/families.ts';
import { productionFiles, ROOT } from '../../tools/house.ts';
import { type Options, refuseUnknown, UsageError } from './options.ts';
import { mutantsIn, type ProvingMutant } from './planted-bugs.ts';
import { libraryScenarios, type ProvingScenario, scenarioNamed } from './scenario-files.ts';
import { fuzzSources, type HistorySource, historySources } from './sources.ts';

export type { ProvingMutant, ProvingScenario };

export interface Ground {
  catalog: Catalog;
  /** Absolute paths of a user's files. */
  plugins: readonly string[];
  scenarios: ReadonlyMap<string, ProvingScenario>;
  mutants: readonly ProvingMutant[];
  histories: readonly HistorySource[];
  /** Files that say how parsers are tried, and the names of the parsers asked for. */
  fuzz: readonly string[];
  wantsParser(parser: string): boolean;
  /** Of these texts, the house and the user's files. */
  digest(...texts: string[]): string;
}

export async function layGround(options: Options): Promise<Ground> {
  const named = await Promise.all(
    options.scenarios.map((word) => scenarioNamed(word, options.plugins)),
  );
  const own = named.flatMap(({ brings }) => brings);
  const plugins = [...new Set([...options.plugins.map((file) => resolve(file)), ...own])];
  const catalog = await catalogWith(plugins);
  const given = named.length > 0 ? named : await libraryScenarios(options.plugins);
  const bugs = await mutantsIn(catalog, plugins, given, options);
  const mutants = chosenMutants(bugs, named, options);
  // What a bug fails for is the bug only where the honest twin passes.
  const homes = mutants.map(({ scenario }) => scenario);
  const all = options.word === null ? [...given, ...homes] : [...named, ...homes];
  const histories = chosenHistories(await historySources(catalog, plugins), options);
  const fixed = digestOf([...houseTexts(), ...plugins.map((file) => readFileSync(file, 'utf8'))]);
  return {
    catalog,
    plugins,
    scenarios: new Map(all.map((scenario) => [scenario.name, scenario])),
    mutants,
    histories,
    fuzz: fuzzSources(plugins),
    wantsParser: (parser) => wantsParser(parser, options),
    digest: (...texts) => digestOf([fixed, ...texts]),
  };
}

async function catalogWith(plugins: readonly string[]): Promise<PluginCatalog> {
  try {
    return await (await wholeCatalog()).with(plugins);
  } catch (error) {
    if (!(error instanceof AuthorError)) throw error;
    throw new UsageError(error.problems.map(({ message }) => message).join('\n'));
  }
}

function chosenMutants(
  bugs: readonly ProvingMutant[],
  named: readonly ProvingScenario[],
  { mutants: names, word, only }: Options,
): ProvingMutant[] {
  const kinds = bugs.map(({ kind }) => kind);
  const asked = names?.filter((name) => name !== 'all') ?? [];
  refuseUnknown('mutant', asked, kinds);
  if (asked.length > 0) return bugs.filter(({ kind }) => asked.includes(kind));
  if (names?.includes('all')) return [...bugs];
  if (word !== null) return bugs.filter((bug) => bug.word === word);
  // Drawn ones are for scenarios that were not written for them.
  if (named.length === 0 || only.includes('drawn')) return [...bugs];
  return bugs.filter(({ scenario }) => named.some(({ name }) => name === scenario.name));
}

function chosenHistories(
  found: readonly HistorySource[],
  { oracles, word }: Options,
): HistorySource[] {
  refuseUnknown(
    'oracle with histories',
    oracles ?? [],
    found.map(({ oracle }) => oracle),
  );
  if (oracles !== null) return found.filter(({ oracle }) => oracles.includes(oracle));
  return found.filter(({ oracle }) => word === null || isOf(word, oracle));
}

const wantsParser = (parser: string, { parsers, word }: Options): boolean =>
  parsers?.includes(parser) ?? (word === null || isOf(word, parser));

/** Whether a thing is part of a capability, by its name. */
const isOf = (word: string, name: string): boolean => name === word || name.startsWith(`${word}-`);

/** What ships decides what a run does; the oracles' second opinions decide the rest. */
const houseTexts = (): string[] =>
  productionFiles(ROOT).map((file) => readFileSync(join(ROOT, file), 'utf8'));

function digestOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 16);
}
