/**
 * The commands by which a broker is killed and started. Whatever happens between the two, it is
 * started again: a probe leaves a broker as it found it.
 */
import { spawn } from 'node:child_process';
import { WorldError } from '#kernel';

export interface Hands {
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Starts it where it was killed and not started again. */
  heal(): Promise<void>;
}

const KILL_MS = 15_000;
/** A start command may stay in the foreground: then it is not waited for. */
const START_MS = 10_000;

export function handsOf(kill: string, start: string): Hands {
  let isDown = false;
  const startAgain = async (): Promise<void> => {
    await obey('--start', start, START_MS, true);
    isDown = false;
  };
  return {
    kill: async () => {
      isDown = true;
      await obey('--kill', kill, KILL_MS, false);
    },
    start: startAgain,
    heal: async () => {
      if (isDown) await startAgain();
    },
  };
}

function obey(flag: string, command: string, boundMs: number, mayStay: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new WorldError('hands', `${flag} (${command}) ${why}`));
    const child = spawn('sh', ['-c', command], { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => {
      if (mayStay) resolve();
      else fail(`did not end within ${boundMs / 1000} s`);
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
