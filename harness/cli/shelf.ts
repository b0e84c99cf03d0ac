/**
 * Everything that a scenario can name: what the product brings, found in its folders, and the
 * plug-ins of a user's own, which never take the place of another.
 */
import { basename } from 'node:path';
import type { FaultKind } from '#chaos';
import type { DeviceModel } from '#devices';
import { loadFolder, loadPluginFile, type Plugin } from '#harness';
import { AuthorError, type Problem } from '#kernel';
import type { Mutant } from '#platform';
import type { CheckerKind, ProofKind, Reporter } from '#reports';

export interface Shelf {
  models: Map<string, DeviceModel>;
  faults: Map<string, FaultKind>;
  mutants: Map<string, Mutant>;
  checkers: Map<string, CheckerKind>;
  reporters: Map<string, Reporter>;
  proofs: Map<string, ProofKind>;
}

export async function loadShelf(): Promise<Shelf> {
  return {
    models: await loadFolder('devices/models'),
    faults: await loadFolder('chaos/faults'),
    mutants: await loadFolder('twins/platform/mutants'),
    checkers: await loadFolder('reports/checkers'),
    reporters: await loadFolder('reports/reporters'),
    proofs: await loadFolder('reports/proofs'),
  };
}

/** `placeOf` says where the scenario names the file, so that what is wrong with it is found. */
export async function addPlugins(
  shelf: Shelf,
  files: readonly string[],
  placeOf: (index: number) => Partial<Problem> = () => ({}),
): Promise<Shelf> {
  const full: Shelf = {
    models: new Map(shelf.models),
    faults: new Map(shelf.faults),
    mutants: new Map(shelf.mutants),
    checkers: new Map(shelf.checkers),
    reporters: new Map(shelf.reporters),
    proofs: new Map(shelf.proofs),
  };
  const problems: Problem[] = [];
  for (const [index, file] of files.entries()) {
    try {
      refuseTwin(file, files.slice(0, index));
      const plugin = await loadPluginFile(file);
      putOn(shelfFor(full, plugin), plugin);
    } catch (error) {
      if (!(error instanceof AuthorError)) throw error;
      problems.push(...error.problems.map((problem) => ({ ...problem, ...placeOf(index) })));
    }
  }
  if (problems.length > 0) throw new AuthorError(problems);
  return full;
}

/** The run directory keeps them side by side, by the names of their files. */
function refuseTwin(file: string, others: readonly string[]): void {
  const twin = others.find((other) => basename(other) === basename(file));
  if (twin === undefined) return;
  const message = `two plug-ins have the file name ${basename(file)}`;
  throw new AuthorError([{ code: 'plugin', message, hint: 'give one of them another name' }]);
}

/** Never in place of another: a verdict must not depend on who came last. */
function putOn(kinds: Map<string, Plugin>, plugin: Plugin): void {
  if (!kinds.has(plugin.kind)) {
    kinds.set(plugin.kind, plugin);
    return;
  }
  const message = `the plug-in '${plugin.kind}' has the name of one that is there already`;
  throw new AuthorError([{ code: 'plugin', message, hint: 'give it a kind of its own' }]);
}

/** A plug-in says by its shape what it is. */
function shelfFor(shelf: Shelf, plugin: Plugin): Map<string, Plugin> {
  const shapes: [keyof Shelf, string][] = [
    ['models', 'signals'],
    ['faults', 'inject'],
    ['mutants', 'plant'],
    ['checkers', 'judges'],
    ['reporters', 'render'],
    ['proofs', 'read'],
  ];
  for (const [name, mark] of shapes) if (mark in plugin) return shelf[name] as Map<string, Plugin>;
  const what = 'neither device, fault, proof, checker, reporter nor mutant';
  const message = `the plug-in '${plugin.kind}' is ${what}`;
  const hint = 'make it with defineDevice, defineFault or one of their siblings';
  throw new AuthorError([{ code: 'plugin', message, hint }]);
}
