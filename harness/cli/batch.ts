/**
 * Several scenarios, or one several times: a line each, the whole story of those that did not pass,
 * one JUnit file over all, and the exit code that tells the most. Sim runs may go side by side;
 * real ones never do, since each would be the other's noise.
 */
import { join, resolve } from 'node:path';
import { AuthorError, EXIT, EXIT_ORDER } from '#kernel';
import type { Host } from './host.ts';
import { sayError } from './say-error.ts';

/** One run that came to a verdict. */
export interface BatchRun {
  code: number;
  verdict: string;
  /** The run's own JUnit document. */
  junit: string;
  /** What a person should read when it did not pass. */
  story: string;
}

export interface BatchRequest {
  host: Host;
  paths: readonly string[];
  repeat: number;
  jobs: number;
  /** Folder of the runs and of the JUnit file over all of them. */
  out: string;
  json: boolean;
  /** Null when a tag filter passed the scenario over. */
  runOne(path: string): Promise<BatchRun | null>;
  isSim(path: string): Promise<boolean>;
}

export async function runBatch(request: BatchRequest): Promise<number> {
  const { host, paths, repeat } = request;
  if (request.json) {
    const hint = 'run one scenario at a time, or read result.json in each run directory';
    throw new AuthorError([{ code: 'flag', message: '--json prints one result', hint }]);
  }
  const tasks = paths.flatMap((path) => Array.from({ length: repeat }, () => path));
  const seen = new Map<string, number[]>(paths.map((path) => [path, []]));
  const suites: string[] = [];
  let stopped = false;
  const real = new OneAtATime();
  const work = async (): Promise<void> => {
    for (let path = tasks.shift(); path !== undefined && !stopped; path = tasks.shift()) {
      const task = path;
      const once = (): Promise<BatchRun | null> => request.runOne(task);
      const code = await attempt(host, task, seen, suites, async () =>
        (await request.isSim(task)) ? once() : real.run(once),
      );
      stopped ||= code === EXIT.interrupted;
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, request.jobs) }, work));
  const codes = [...seen.values()].flat();
  // Green because nothing ran is the worst a CI job can say.
  if (codes.length === 0) {
    const hint = 'a scenario names its own: tags: [smoke]';
    throw new AuthorError([{ code: 'tag', message: 'no scenario has the tag', hint }]);
  }
  const junit = join(request.out, 'junit.xml');
  host.writeText(resolve(host.cwd, junit), `${HEAD}${suites.join('\n')}\n</testsuites>\n`);
  if (repeat > 1) for (const [path, codes] of seen) host.stdout(`${summaryOf(path, codes)}\n`);
  host.stdout(
    `${codes.length} runs, ${codes.filter((code) => code === 0).length} passed; ${junit}\n`,
  );
  return EXIT_ORDER.find((code) => codes.includes(code)) ?? EXIT.pass;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n';

async function attempt(
  host: Host,
  path: string,
  seen: Map<string, number[]>,
  suites: string[],
  run: () => Promise<BatchRun | null>,
): Promise<number> {
  const began = host.seconds();
  try {
    const done = await run();
    if (done === null) return EXIT.pass;
    seen.get(path)?.push(done.code);
    suites.push(...suitesIn(done.junit, suites.length));
    const seconds = (host.seconds() - began).toFixed(1);
    host.stdout(`${done.verdict.padEnd(8)} ${path}  ${seconds} s\n`);
    if (done.code !== EXIT.pass) host.stdout(`${done.story}\n`);
    return done.code;
  } catch (error) {
    const code = sayError(host, error);
    seen.get(path)?.push(code);
    host.stdout(`${(NAMES.get(code) ?? 'error').padEnd(8)} ${path}\n`);
    return code;
  }
}

/** The suites of one document, numbered on. */
function suitesIn(junit: string, from: number): string[] {
  let id = from;
  return (junit.match(/<testsuite [\s\S]*?<\/testsuite>/g) ?? []).map((suite) =>
    suite.replace(/^<testsuite id="\d+"/, () => `<testsuite id="${id++}"`),
  );
}

class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(action: () => Promise<T>): Promise<T> {
    const next = this.#last.then(action, action);
    this.#last = next.catch(() => {});
    return next;
  }
}

const NAMES = new Map<number, string>([
  [0, 'pass'],
  [1, 'fail'],
  [2, 'unknown'],
  [3, 'bad'],
  [4, 'invalid'],
  [130, 'stopped'],
]);

/** How often which verdict; the flake rate is the share that differs from the most frequent one. */
function summaryOf(path: string, codes: readonly number[]): string {
  const counts = new Map<string, number>();
  for (const code of codes) {
    const name = NAMES.get(code) ?? String(code);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size === 0) return `${path}  not run`;
  const most = Math.max(...counts.values());
  const flake = Math.round((1 - most / codes.length) * 1000) / 10;
  const what = [...counts].map(([name, times]) => `${times}× ${name}`).join(', ');
  return `${path}  ${what}  flake rate ${flake} %`;
}
