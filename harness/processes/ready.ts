/**
 * The first JSON line of a process, which says that it is ready; an early end or silence is the
 * world's fault.
 */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { WorldError } from '#kernel';
import { lastWords } from './last-words.ts';
import type { Launch, Processes } from './processes.ts';

/** How a process ended after it was ready. */
export interface Ending {
  why: string;
  /** What it said last where it gave up by itself; null where somebody else ended it. */
  gaveUp: string | null;
}

export function ready<T>(
  processes: Processes,
  launch: Launch,
  what: string,
  boundMs: number,
  onExit: (ending: Ending) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let done = false;
    const fail = (why: string): void => {
      if (done) return;
      done = true;
      reject(
        new WorldError(
          'component',
          `${what} did not start: ${why}`,
          `see ${logOf(launch)} in the run directory`,
        ),
      );
    };
    const late = (): void => fail(`no answer within ${boundMs / 1000} s`);
    // When it comes after all is decided, it changes nothing, and it holds no process up.
    setTimeout(late, boundMs).unref();
    processes.start(
      launch,
      (text) => {
        if (done) return;
        done = true;
        try {
          resolve(JSON.parse(text) as T);
        } catch {
          reject(new WorldError('component', `${what} said '${text}'`));
        }
      },
      (why, _signal, code) => {
        const words = lastWords(launch.log);
        const said = words === '' ? why : `${why}: ${words}`;
        // Whoever is told to go in good order ends with 0.
        const gaveUp = (code ?? 0) === 0 ? null : words || `${what} ${wordless(launch.log, why)}`;
        if (done) onExit({ why: `${said}; see ${logOf(launch)}`, gaveUp });
        else fail(said);
      },
    );
  });
}

/** Who finds the disk full can leave no word of it there. */
function wordless(log: string, why: string): string {
  try {
    return statfsSync(dirname(log)).bavail === 0 ? `${why}: the disk is full` : why;
  } catch {
    return why;
  }
}

const logOf = ({ log }: Launch): string => log.split('/').slice(-2).join('/');
