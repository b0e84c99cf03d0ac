/** A scenario as it is proved: where it lies, what it brings along, and how it is meant to end. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { loadAuthored } from '#harness';
import type { Verdict } from '#kernel';
import { fromModule, type ParseOutcome, parseScenario } from '#scenarios';
import { ROOT } from '../../tools/house.ts';
import { refuseUnknown, UsageError } from './options.ts';

const LIBRARY = join(ROOT, 'scenarios', 'library');

export interface ProvingScenario {
  name: string;
  /** As a person would type it from here. */
  shown: string;
  text: string;
  /** Plug-ins that it names itself. */
  brings: readonly string[];
  /** Those that have to be named for it besides. */
  plugins: readonly string[];
  meantTo: Verdict;
}

const MEANT_TO: readonly Verdict[] = ['fail', 'unknown', 'invalid'];

const libraryNames = (): string[] =>
  readdirSync(LIBRARY)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();

/** All that virtual time can hold: the ground is proved there. */
export const libraryScenarios = async (plugins: readonly string[]): Promise<ProvingScenario[]> => {
  const all = await Promise.all(libraryNames().map((name) => scenarioNamed(name, plugins)));
  return all.filter(({ text }) => !/^(gear: real$|load:)/m.test(text));
};

/** A name of the library, or a file. */
export async function scenarioNamed(
  word: string,
  plugins: readonly string[],
): Promise<ProvingScenario> {
  if (libraryNames().includes(word)) return scenarioIn(join(LIBRARY, `${word}.yaml`), plugins);
  if (/\.(?:ya?ml|[cm]?[jt]s)$/.test(word)) {
    if (existsSync(word)) return scenarioIn(resolve(word), plugins);
    throw new UsageError(`there is no file ${word}`);
  }
  refuseUnknown('scenario', [word], libraryNames());
  throw new UsageError(`there is no scenario '${word}'`);
}

/** `plugins`: those of the command line. */
export async function scenarioIn(
  path: string,
  plugins: readonly string[],
): Promise<ProvingScenario> {
  const text = readFileSync(path, 'utf8');
  const parsed = await parsedIn(path, text);
  const brings = parsed.plugins.map((file) => resolve(dirname(path), file));
  const tags = tagsIn(parsed);
  return {
    name: basename(path).replace(/\.\w+$/, ''),
    shown: relative('.', path),
    text,
    brings,
    plugins: plugins.map((file) => resolve(file)).filter((file) => !brings.includes(file)),
    meantTo: MEANT_TO.find((verdict) => tags.includes(`meant-to-${verdict}`)) ?? 'pass',
  };
}

async function parsedIn(path: string, text: string): Promise<ParseOutcome> {
  if (!/\.[cm]?[jt]s$/.test(path)) {
    return parseScenario(text, path, [], null, (name) => {
      const file = resolve(dirname(path), name);
      return existsSync(file) ? { file, text: readFileSync(file, 'utf8') } : null;
    });
  }
  return fromModule(await loadAuthored(path, 'scenario'), path);
}

/** What is wrong with a scenario is said by its run. */
const tagsIn = (parsed: ParseOutcome): readonly string[] => (parsed.ok ? parsed.scenario.tags : []);
