/**
 * A per-user list of runs that are going on, so that `twinstorm heal` finds what a crash of runner
 * and warden at the same time may have left behind. One small file per run; gone when the run is.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

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
  mkdirSync(registryFolder(), { recursive: true });
  writeFileSync(registryFileOf(entry.run), `${JSON.stringify(entry, null, 2)}\n`);
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
