/** The planted bugs of the platform twin, as their folder has them. */
import { readdirSync } from 'node:fs';
import type { Mutant } from '#platform';

export type { Mutant };

export async function mutantFolder(): Promise<Mutant[]> {
  const folder = new URL('../twins/platform/mutants/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(
    files.sort().map((file) => import(new URL(file, folder).href) as Promise<{ default: Mutant }>),
  );
  return modules.map((module) => module.default);
}
