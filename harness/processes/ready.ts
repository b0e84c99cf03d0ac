/**
 * The first JSON line of a process, which says that it is ready; an early end or silence is the
 * world's fault.
 */
import { WorldError } from '#kernel';
import { lastWords } from './last-words.ts';
import type { Launch, Processes } from './processes.ts';

export function ready<T>(
  processes: Processes,
  launch: Launch,
  what: string,
  boundMs: number,
  onExit: (why: string) => void,
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
    const timer = setTimeout(late, boundMs).unref();
    processes.start(
      launch,
      (text) => {
        if (done) return;
        done = true;
        clearTimeout(timer);
        try {
          resolve(JSON.parse(text) as T);
        } catch {
          reject(new WorldError('component', `${what} said '${text}'`));
        }
      },
      (why) => {
        clearTimeout(timer);
        const words = lastWords(launch.log);
        const said = words === '' ? why : `${why}: ${words}`;
        if (done) onExit(`${said}; see ${logOf(launch)}`);
        else fail(said);
      },
    );
  });
}

const logOf = ({ log }: Launch): string => log.split('/').slice(-2).join('/');
