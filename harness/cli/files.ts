/**
 * Which scenario files a word on the command line means. A folder is full of other things: a file
 * in it is a scenario by its first key and by nothing else, and packages, hidden folders and the
 * directories of runs are not looked into.
 */
import { join, matchesGlob, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AuthorError } from '#kernel';
import type { Host } from './host.ts';

/** The files that all words together mean, each once; meaning none is a mistake. */
export function scenarioFiles(host: Host, words: readonly string[]): string[] {
  const files = [...new Set(words.flatMap((word) => expand(host, word)))];
  if (files.length > 0) return files;
  const message = `no scenario matches ${words.join(' ')}`;
  const hint = 'a file in a folder is one when its first key is twinstorm';
  throw new AuthorError([{ code: 'no-file', message, hint }]);
}

/** Whether the words name one file, and not whatever there may be. */
export const isOneFile = (host: Host, [word = '', ...others]: readonly string[]): boolean =>
  others.length === 0 && !host.isDirectory(resolve(host.cwd, word)) && !isGlob(host, word);

/** The library's scenarios, by name. */
export function librarySheets(host: Host): Map<string, string> {
  const folder = libraryFolders().find((one) => host.isDirectory(one));
  const files = folder === undefined ? [] : host.filesBelow(folder);
  return new Map(
    files.flatMap((file) => {
      const name = /([^/\\]+)\.yaml$/.exec(file)?.[1];
      return name === undefined ? [] : [[name, file] as const];
    }),
  );
}

/** In the repository beside harness/, in the package beside dist/. */
function libraryFolders(): string[] {
  return ['../../scenarios/library', '../../../scenarios/library'].map((up) =>
    fileURLToPath(new URL(up, import.meta.url)),
  );
}

/** A folder, a glob, or a file as it is. */
function expand(host: Host, word: string): string[] {
  const path = resolve(host.cwd, word);
  if (host.isDirectory(path)) return scenariosBelow(host, path);
  if (!isGlob(host, word)) return [word];
  const root = resolve(host.cwd, word.slice(0, word.search(GLOB)).replace(/[^/]*$/, '') || '.');
  if (!host.isDirectory(root)) return [];
  return scenariosBelow(host, root).filter((one) => matchesGlob(resolve(host.cwd, one), path));
}

const GLOB = /[*?{[]/;

const isGlob = (host: Host, word: string): boolean =>
  GLOB.test(word) && !host.exists(resolve(host.cwd, word));

const scenariosBelow = (host: Host, root: string): string[] =>
  host
    .filesBelow(root, (path, name) => isForeign(host, path, name))
    .filter((file) =>
      READERS.some(([ending, reads]) => ending.test(file) && reads(textOf(host, file))),
    )
    .map((file) => relative(host.cwd, file));

/** A folder of tools, of packages, or of a run, which holds copies of what was run. */
const isForeign = (host: Host, path: string, name: string): boolean =>
  name.startsWith('.') || name === 'node_modules' || host.exists(join(path, 'ledger'));

/** What may not be read is not known to be one of ours. */
function textOf(host: Host, file: string): string {
  try {
    return host.readText(file);
  } catch {
    return '';
  }
}

const READERS: readonly (readonly [RegExp, (text: string) => boolean])[] = [
  [/\.ya?ml$/, (text) => YAML_FIRST.test(text)],
  [/(?<!\.d)\.[cm]?[jt]s$/, isModule],
];

/** Comments, directives and the sign that a document begins, a line each. */
const YAML_BEFORE = '(?:(?:%.*|(?:---)?[ \\t]*(?:#.*)?)\\r?\\n)*';

const YAML_FIRST = new RegExp(
  `^\\uFEFF?${YAML_BEFORE}(?:---[ \\t]+)?\\{?\\s*["']?twinstorm["']?[ \\t]*:`,
);

/** Read and not run: to look into a folder must start nothing that lies in it. */
function isModule(text: string): boolean {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  if (new RegExp(`export\\s+default\\s+${RECORD}`).test(code)) return true;
  const name = /export\s+default\s+([\w$]+)/.exec(code)?.[1];
  if (name === undefined) return false;
  const escaped = name.replaceAll('$', '\\$');
  return new RegExp(`\\b(?:const|let|var)\\s+${escaped}\\b[^=]*=\\s*${RECORD}`).test(code);
}

/** A record whose first key is ours, also as the argument of a call. */
const RECORD = `(?:[\\w$.]+\\s*\\(\\s*)?\\{\\s*["']?twinstorm["']?\\s*:`;
