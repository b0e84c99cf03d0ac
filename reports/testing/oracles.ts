/** TEST ONLY. The oracles of the product, read from their folder as the catalog reads them. */
import { readdirSync } from 'node:fs';
import type { OracleKind } from '#oracles';

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
