/** TEST ONLY. The oracles of the product, read from their folder as the catalog reads them. */
import { readdirSync } from 'node:fs';
import type { AskOracle, OracleKind } from '#oracles';

const folder = new URL('../../twins/oracles/', import.meta.url);

const defaults = await Promise.all(
  readdirSync(folder)
    .filter((file) => /^[a-z0-9-]+\.ts$/.test(file))
    .sort()
    .map(async (file) => {
      const module = (await import(new URL(file, folder).href)) as { default?: OracleKind };
      return module.default;
    }),
);

export const ORACLES: readonly OracleKind[] = defaults.flatMap((oracle) => oracle ?? []);

/** For whom there is none. */
export const NO_ORACLE: AskOracle = (kind: string): never => {
  throw new Error(`nobody is here to be asked for '${kind}'`);
};
