/** What folders of runs are called, so that no run takes the place of another. */
import { resolve } from 'node:path';
import { AuthorError, type Plan, WorldError } from '#kernel';
import type { Host } from './host.ts';

export function stampOf(host: Host): string {
  return host
    .isoTime()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, '')
    .replace('T', '-');
}

/** `<name>-<seed>-<stamp>`, never one that is there already. */
export function freshFolder(host: Host, plan: Plan, parent: string, of?: string): string {
  const beginning = of === undefined ? '' : `${of}-`;
  const name = `${beginning}${plan.scenario.name}-${plan.seed}-${stampOf(host)}`;
  for (let k = 0; k < 10_000; k++) {
    const path = resolve(host.cwd, parent, k === 0 ? name : `${name}-${k}`);
    if (!host.exists(path)) return path;
  }
  const message = `${parent} has too many runs called ${name}`;
  throw new WorldError('out', message, 'name another directory with --out');
}

/** What is written over several runs, and how it tells that it was us. */
const OVER_RUNS = { 'junit.xml': /="twinstorm\b/, 'index.html': /<title>Twinstorm: / };

/**
 * It would take the place of what lies beside one run's plan, or of what is called the same and is
 * somebody's own.
 */
export function refuseRunIn(host: Host, folder: string): void {
  const refuse = (message: string): never => {
    throw new AuthorError([{ code: 'exists', message, hint: 'name another one with --out' }]);
  };
  if (host.exists(resolve(host.cwd, folder, 'plan.json')))
    refuse(`${folder} is the directory of a run; several runs need a folder of their own`);
  for (const [name, ours] of Object.entries(OVER_RUNS)) {
    const file = resolve(host.cwd, folder, name);
    if (host.exists(file) && !ours.test(host.readText(file)))
      refuse(`${folder}/${name} is there, and was written by no run; it would be lost`);
  }
}
