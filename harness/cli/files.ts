/** Which scenario files a word on the command line means. */
import { matchesGlob, relative, resolve } from 'node:path';
import { AuthorError } from '#kernel';
import type { Host } from './host.ts';

/** The files that all words together mean; meaning none is a mistake. */
export function scenarioFiles(host: Host, words: readonly string[]): string[] {
  const files = words.flatMap((word) => expand(host, word));
  if (files.length > 0) return files;
  throw new AuthorError([{ code: 'no-file', message: `no scenario matches ${words.join(' ')}` }]);
}

/** A folder, a glob, or a file as it is. */
function expand(host: Host, file: string): string[] {
  const path = resolve(host.cwd, file);
  if (host.isDirectory(path)) return scenariosBelow(host, path);
  if (!/[*?{[]/.test(file) || host.exists(path)) return [file];
  const root = resolve(host.cwd, file.slice(0, file.search(/[*?{[]/)).replace(/[^/]*$/, '') || '.');
  if (!host.isDirectory(root)) return [];
  return scenariosBelow(host, root).filter((one) => matchesGlob(resolve(host.cwd, one), path));
}

/** YAML files, but for those of tools and of packages: hidden folders and node_modules. */
const scenariosBelow = (host: Host, root: string): string[] =>
  host
    .filesBelow(root)
    .filter((one) => /\.ya?ml$/.test(one) && !FOREIGN.test(`/${relative(root, one)}`))
    .map((one) => relative(host.cwd, one));

const FOREIGN = /\/(?:\.|node_modules\/)/;
