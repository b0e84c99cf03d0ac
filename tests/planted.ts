/** The planted bugs of the product, as their folders have them. */
import { readdirSync } from 'node:fs';
import { type Mutant, mutantFamily } from '#kernel';

export type { Mutant };

export async function mutantFolder(): Promise<Mutant[]> {
  const files = mutantFamily.folders.flatMap((name) => {
    const folder = new URL(`../${name}/`, import.meta.url);
    const found = readdirSync(folder).filter((file) => /^[a-z0-9-]+\.ts$/.test(file));
    return found.sort().map((file) => new URL(file, folder).href);
  });
  const modules = await Promise.all(
    files.map((file) => import(file) as Promise<{ default: Mutant }>),
  );
  return modules.map((module) => module.default);
}
