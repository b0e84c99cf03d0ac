/**
 * Whose a run directory is while a run goes on. `--force` gives up what an earlier run left there,
 * and never what a living one still writes: that one would end with its ledger gone, and for no
 * reason that it could name.
 */
import { AuthorError } from '#kernel';
import type { RunDirectory } from '../record/run-directory.ts';
import { commandLineOf } from './command-line.ts';
import { isAlive } from './registry.ts';

/** It says more once the processes of a run are there; it is gone when the run is. */
export const HOLDER = 'run.json';

/** Who leads the run, and what that process was started from: numbers are used again. */
interface Holder {
  runner: number;
  command: string;
}

/** Before anything in the directory is touched. */
export function refuseHeld(directory: RunDirectory): void {
  const holder = holderOf(directory);
  if (holder === null || holder.runner === process.pid || !isAlive(holder.runner)) return;
  if (commandLineOf(holder.runner) !== holder.command) return;
  const whose = `a run that still goes on, process ${holder.runner}`;
  const message = `${directory.path} is the directory of ${whose}`;
  const hint = `wait for its end, stop it (kill -INT ${holder.runner}), or name another with --out`;
  throw new AuthorError([{ code: 'exists', message, hint }]);
}

/** From here on it is this process's; what it gives back lets go of it. */
export function hold(directory: RunDirectory): () => void {
  const holder: Holder = { runner: process.pid, command: commandLineOf(process.pid) };
  directory.writeText(HOLDER, `${JSON.stringify(holder, null, 2)}\n`);
  return () => directory.remove(HOLDER);
}

/** A file that cannot be read, or is of an older version, is no word of a run that lives. */
function holderOf(directory: RunDirectory): Holder | null {
  try {
    const { runner, command } = Object(
      JSON.parse(directory.readText(HOLDER) ?? 'null'),
    ) as Partial<Holder>;
    return typeof runner === 'number' && typeof command === 'string' && runner > 1
      ? { runner, command }
      : null;
  } catch {
    return null;
  }
}
