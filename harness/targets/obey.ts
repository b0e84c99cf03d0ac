/**
 * Commands of the user, started on their own so that what they start outlives us. One that gives
 * something back may stay in the foreground: then it is not waited for.
 */
import { spawn } from 'node:child_process';
import { WorldError } from '#kernel';
import { killWithChildren } from '../processes/registry.ts';
import { shellWord } from '../processes/shell-words.ts';

const HAND_MS = 10_000;

export interface Command {
  /** Where the scenario says it. */
  place: string;
  shell: string;
  mayStay: boolean;
  /** The folder of the scenario; left out, that of the runner. */
  cwd?: string;
  /** How long it may take, or is waited for. */
  boundMs?: number;
}

export function obey(command: Command): Promise<void> {
  const { place, shell, mayStay, cwd, boundMs = HAND_MS } = command;
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new WorldError('hands', `${place} (${shell}) ${why}`));
    const child = spawn('sh', ['-c', shell], { stdio: 'ignore', detached: true, cwd });
    const timer = setTimeout(() => {
      if (mayStay) return resolve();
      // What was given up must not happen later, when nobody reckons with it any more.
      killWithChildren(child.pid ?? 0);
      fail(`did not end within ${boundMs / 1000} s`);
    }, boundMs);
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else fail(`ended with ${signal ?? code}`);
    });
    child.unref();
  });
}

/** For a shell of somebody who stands elsewhere. */
export const inFolder = (folder: string, shell: string): string =>
  `cd ${shellWord(folder)} && { ${shell}\n}`;
