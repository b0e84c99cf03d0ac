/**
 * A per-user list of runs that are going on, so that `twinstorm heal` finds what a crash of runner
 * and warden at the same time may have left behind. One small file per run; gone when the run is.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { WorldError } from '#kernel';

export interface RegisteredRun {
  run: string;
  directory: string;
  runner: number;
  warden: number;
  startedAt: string;
  /** Processes of the run by id. */
  processes: Record<string, number>;
  /** Shell commands that take back what was done to foreign targets, oldest first. */
  undo: string[];
}

function registryFolder(): string {
  const state = process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state');
  return join(state, 'twinstorm', 'runs');
}

export const registryFileOf = (run: string): string => join(registryFolder(), `${run}.json`);

export function writeToRegistry(entry: RegisteredRun): void {
  const folder = registryFolder();
  const file = registryFileOf(entry.run);
  try {
    mkdirSync(folder, { recursive: true });
    // Whole or not at all: half an entry could never be healed.
    writeFileSync(`${file}.part`, `${JSON.stringify(entry, null, 2)}\n`);
    renameSync(`${file}.part`, file);
  } catch (error) {
    const { message } = error as Error;
    throw new WorldError(
      'registry',
      `the list of runs in ${folder} cannot be written: ${message}`,
      'set XDG_STATE_HOME to a folder of yours',
    );
  }
}

export function removeFromRegistry(file: string): void {
  rmSync(file, { force: true });
}

/** Every registered run whose runner is no longer alive. */
export function leftBehind(): { file: string; entry: RegisteredRun }[] {
  const folder = registryFolder();
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => {
      const file = join(folder, name);
      try {
        const entry = JSON.parse(readFileSync(file, 'utf8')) as RegisteredRun;
        return isAlive(entry.runner) ? [] : [{ file, entry }];
      } catch {
        return [];
      }
    });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** With the group that it leads, if it leads one. */
export function killWithChildren(pid: number): void {
  if (pid <= 1) return;
  for (const whom of [-pid, pid]) {
    try {
      process.kill(whom, 'SIGKILL');
    } catch {
      // It leads none, or has gone by itself.
    }
  }
}
