/**
 * Which services the platform has and which bug may be planted, for a process that was told names
 * and files only: the product's own are found in their folders, and a user's are loaded by path. A
 * plug-in says its family, an older one by its shape; one that is not for the platform is left to
 * others.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Family, type Mutant, mutantFamily, type Plugin } from '#kernel';
import type { ServiceKind } from '../service.ts';
import { serviceFamily } from '../service-family.ts';

export interface PlatformPlugins {
  services: ServiceKind[];
  mutant: Mutant | null;
}

/** `files` are absolute paths; their default exports come after what the product brings. */
export async function loadPlugins(
  mutant: string | null,
  files: readonly string[],
): Promise<PlatformPlugins> {
  const services = (await loadFolder('services')) as ServiceKind[];
  const mutants = mutant === null ? [] : ((await loadFolder('mutants')) as Mutant[]);
  for (const file of files) {
    const plugin = await loadDefault(pathToFileURL(file));
    if (plugin === null) throw new Error(`${file} has no default export with a kind`);
    if (isOf(serviceFamily, plugin)) services.push(plugin as ServiceKind);
    else if (isOf(mutantFamily, plugin)) mutants.push(plugin as Mutant);
  }
  const planted = mutants.find(({ kind }) => kind === mutant) ?? null;
  if (mutant !== null && planted === null) throw new Error(`no such mutant: ${mutant}`);
  return { services, mutant: planted };
}

const isOf = ({ family, resembles }: Family<never>, plugin: Plugin): boolean =>
  plugin.family === undefined ? resembles(plugin) : plugin.family === family;

async function loadFolder(name: string): Promise<Plugin[]> {
  const folder = new URL(`../${name}/`, import.meta.url);
  const found: Plugin[] = [];
  for (const file of readdirSync(fileURLToPath(folder)).sort()) {
    if (!/^[a-z0-9-]+[.](?:ts|js)$/.test(file)) continue;
    const plugin = await loadDefault(new URL(file, folder));
    if (plugin !== null) found.push(plugin);
  }
  return found;
}

async function loadDefault(url: URL): Promise<Plugin | null> {
  const { default: plugin } = (await import(url.href)) as { default?: Partial<Plugin> };
  return typeof plugin?.kind === 'string' ? (plugin as Plugin) : null;
}
