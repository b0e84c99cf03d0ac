/** Which scenario files a word on the command line means. */
import { matchesGlob, relative, resolve } from 'node:path';
import type { Host } from '#harness';

/** A folder, a glob, or a file as it is. */
export function expand(host: Host, file: string): string[] {
  const path = resolve(host.cwd, file);
  if (host.isDirectory(path))
    return host
      .filesBelow(path)
      .filter(isScenario)
      .map((one) => relative(host.cwd, one));
  if (!/[*?{[]/.test(file) || host.exists(path)) return [file];
  const root = resolve(host.cwd, file.slice(0, file.search(/[*?{[]/)).replace(/[^/]*$/, '') || '.');
  if (!host.isDirectory(root)) return [];
  return host
    .filesBelow(root)
    .filter((one) => isScenario(one) && matchesGlob(one, path))
    .map((one) => relative(host.cwd, one));
}

const isScenario = (path: string): boolean => /\.ya?ml$/.test(path);
