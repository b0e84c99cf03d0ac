/** The oracles of the folder, as the catalog would find them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { OracleKind } from '../oracle.ts';

const FOLDER = join(import.meta.dirname, '..');

/** By the name of the file. */
export async function oracleFiles(): Promise<ReadonlyMap<string, OracleKind>> {
  const found = new Map<string, OracleKind>();
  for (const file of readdirSync(FOLDER).sort()) {
    if (!/^[a-z0-9_-]+\.ts$/.test(file)) continue;
    const module = (await import(join(FOLDER, file))) as { default?: OracleKind };
    if (module.default !== undefined) found.set(file, module.default);
  }
  return found;
}

export const kindsOfFolder = async (): Promise<ReadonlyMap<string, OracleKind>> =>
  new Map([...(await oracleFiles()).values()].map((oracle) => [oracle.kind, oracle]));
