/**
 * Every planted bug of the catalog, whatever it is planted in: a plug-in that says by which checker
 * it is caught, and in which scenario. A user's own names a scenario of the library, one of the
 * command line, or a file beside it.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadAuthored, type PluginCatalog } from '#harness';
import type { Plugin } from '#kernel';
import { type Options, UsageError } from './options.ts';
import { type ProvingScenario, scenarioIn, scenarioNamed } from './scenario-files.ts';

export interface ProvingMutant {
  kind: string;
  word: string | null;
  caughtBy: string;
  scenario: ProvingScenario;
}

interface Planted extends Plugin {
  caughtBy: string;
  scenario: string;
  word?: string;
}

export async function mutantsIn(
  catalog: PluginCatalog,
  plugins: readonly string[],
  given: readonly ProvingScenario[],
  options: Options,
): Promise<ProvingMutant[]> {
  const files = await filesOf(plugins);
  const bugs = catalog.families.flatMap((family) =>
    [...catalog.of(family).values()].filter(isPlanted),
  );
  return Promise.all(
    bugs.map(async ({ kind, word = null, caughtBy, scenario: name }) => {
      const beside = join(dirname(files.get(kind) ?? ''), `${name}.yaml`);
      const scenario =
        given.find((one) => one.name === name) ??
        (files.has(kind) && existsSync(beside)
          ? await scenarioIn(beside, options.plugins)
          : await homeOf(kind, name, options));
      return { kind, word, caughtBy, scenario };
    }),
  );
}

const isPlanted = (plugin: Plugin): plugin is Planted =>
  'caughtBy' in plugin && 'scenario' in plugin;

async function homeOf(kind: string, name: string, options: Options): Promise<ProvingScenario> {
  try {
    return await scenarioNamed(name, options.plugins);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`the mutant ${kind} names its scenario: ${error.message}`);
  }
}

/** Where a user's own plug-ins lie, by kind. */
async function filesOf(plugins: readonly string[]): Promise<Map<string, string>> {
  const found = await Promise.all(
    plugins.map(async (file): Promise<[string, string]> => {
      const plugin = (await loadAuthored(file, 'plug-in')) as Plugin;
      return [plugin.kind, file];
    }),
  );
  return new Map(found);
}
