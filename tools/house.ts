/**
 * The ground plan that every tool reads: which folders are rooms, which files are production and
 * which of them may touch the machine. One place, so that two tools can never disagree about what
 * they looked at.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * A tree of planted violations: every check of the house runs over it and must find exactly what it
 * plants.
 */
export const CANARY = join(ROOT, 'tools', 'canary');

/** The rooms of production code; each is entered by its index.ts only. */
export const ROOMS = [
  'kernel',
  'scenarios',
  'devices',
  'chaos',
  'twins/platform',
  'twins/oracles',
  'harness',
  'reports',
] as const;

/** Rooms that get time, randomness, digests, files and sockets handed in. */
export const PURE_ROOMS = ['kernel', 'scenarios', 'devices', 'twins/oracles', 'reports'] as const;

/**
 * The harness is a house of its own: its rooms from the ground up. Each may use those below it and
 * none above, so that a reader can begin at the bottom.
 */
export const HARNESS_FLOORS = [
  'record',
  'catalog',
  'dialects',
  'wire',
  'fleet',
  'watch',
  'workflows',
  'plan',
  'run',
  'processes',
  'targets',
  'probe',
  'gears',
] as const;

/**
 * Inside the platform twin: which of its rooms may be entered from where. Services and the broker
 * stand side by side on the store; the files at the top put them together.
 */
export const PLATFORM_FLOORS: Readonly<Record<string, readonly string[]>> = {
  store: [],
  services: ['store'],
  broker: ['store'],
  api: [],
  mutants: ['store', 'services', 'broker'],
  serving: [],
};

/** The files of the platform twin that put its rooms together, and the process around it. */
export const PLATFORM_TOP = [
  'start',
  'serve',
  'running-services',
  'service-check',
  'index',
] as const;

/**
 * Tests and what only tests use: they lie in the rooms but are no part of the product. And scripts
 * that k6 runs, which is another engine with modules of its own.
 */
export const OUTSIDE =
  /(?:[.](?:test|fuzz|histories)[.]ts$|(?:^|\/)(?:testing|fixtures|goldens)\/|^scenarios\/k6\/)/;

/**
 * The files that may import Node core at run time, each a hand of the machine: sockets, processes,
 * files, digests. Everything else in these rooms gets a port from one of them. A type-only import
 * is free, since it touches nothing, and so are node:path and node:url, which are arithmetic on
 * text. Keep this list short.
 */
export const MACHINE_FILES = [
  'harness/(?:gears|probe|processes|targets|wire)/.+[.]ts',
  'harness/catalog/catalog[.]ts',
  'harness/record/(?:foreign|ledger-writer|run-directory|seals|segment-file)[.]ts',
  'harness/cli/(?:doctor|host|run|say-error|version)[.]ts',
  'chaos/injectors/.+[.]ts',
  'chaos/(?:memory-link|proxy-server)[.]ts',
  'twins/platform/(?:door|serve|serving/http|serving/plugins|serving/websocket|store/store)[.]ts',
  'twins/platform/broker/(?:credentials|drain|hand-over|persistence)[.]ts',
] as const;

const NEVER = new Set(['node_modules', 'dist', 'out', 'canary', 'coverage', 'goldens']);

/** Every TypeScript and JavaScript file of the house, relative to `root`, in sorted order. */
function sourceFiles(root: string, folders: readonly string[]): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && !NEVER.has(entry.name)) walk(path);
      if (entry.isFile() && /[.][cm]?[tj]s$/.test(entry.name)) found.push(path);
    }
  };
  for (const folder of folders) if (existsSync(join(root, folder))) walk(folder);
  return found.sort();
}

/** What ships: the rooms without their tests. */
export const productionFiles = (root: string): string[] =>
  sourceFiles(root, ROOMS).filter((file) => !OUTSIDE.test(file));

/** Everything a person reads: rooms with tests, tools, benchmarks and the binary. */
export const everyFile = (root: string): string[] =>
  sourceFiles(root, [...ROOMS, 'tools', 'bench', 'bin']);
