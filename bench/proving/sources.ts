/**
 * The files that say what is made up: `<kind>.histories.ts` beside an oracle, `<name>.fuzz.ts`
 * beside a parser. They are found by their names, in the rooms of the house and beside each file
 * that a user brings.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadAuthored } from '#harness';
import { type Catalog, isMap } from '#kernel';
import { type Histories, oracleFamily } from '#oracles';
import type { Fuzz, FuzzSource } from '../../kernel/testing/fuzz.ts';
import { everyFile, ROOT } from '../../tools/house.ts';

export interface HistorySource {
  oracle: string;
  file: string;
}

/** Those of the house are named after their oracles, a user's own lie beside theirs. */
export async function historySources(
  catalog: Catalog,
  plugins: readonly string[],
): Promise<HistorySource[]> {
  const files = [...inTheHouse('histories'), ...besides(plugins, 'histories')];
  const found = await Promise.all(
    files.map(async (file) => ({ file, oracle: (await historiesIn(file)).oracle })),
  );
  for (const { file, oracle } of found) {
    if (!catalog.of(oracleFamily).has(oracle)) {
      throw new Error(`${file} has histories of '${oracle}', and there is no such oracle`);
    }
  }
  return found;
}

export const fuzzSources = (plugins: readonly string[]): string[] => [
  ...inTheHouse('fuzz'),
  ...besides(plugins, 'fuzz'),
];

export async function historiesIn(file: string): Promise<Histories> {
  const made = await loadAuthored(file, 'plug-in');
  if (isMap(made) && 'oracle' in made && 'history' in made && 'differences' in made) {
    return made as unknown as Histories;
  }
  throw new Error(`${file} must export what defineHistories made`);
}

export async function fuzzesIn(files: readonly string[], catalog: Catalog): Promise<Fuzz[]> {
  const found: Fuzz[] = [];
  for (const file of files) {
    const source = await loadAuthored(file, 'plug-in');
    if (typeof source !== 'function') throw new Error(`${file} must export a function`);
    found.push(...(source as FuzzSource)(catalog));
  }
  return found;
}

const inTheHouse = (ending: string): string[] =>
  everyFile(ROOT)
    .filter((file) => file.endsWith(`.${ending}.ts`))
    .map((file) => join(ROOT, file));

const besides = (plugins: readonly string[], ending: string): string[] =>
  plugins
    .map((file) => file.replace(/\.([cm]?[jt]s)$/, `.${ending}.$1`))
    .filter((file) => existsSync(file));
