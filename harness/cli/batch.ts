/**
 * Several runs: of several scenarios, of several seeds, or one several times. They are listed and
 * checked before the first starts. Each gets a line and, where it did not pass, its whole story;
 * over all of them there is one JUnit file, one page, and the exit code that tells the most. Sim
 * runs may go side by side; real ones never do, since each would be the other's noise.
 */
import { join, resolve } from 'node:path';
import { AuthorError, EXIT, EXIT_ORDER, type Gear } from '#kernel';
import {
  type BatchRow,
  batchJunit,
  batchPage,
  type Environment,
  type Result,
  wordOf,
} from '#reports';
import type { Host } from './host.ts';
import { sayError } from './say-error.ts';

/** One run that is to take place. */
export interface BatchTask {
  path: string;
  /** Null for the scenario's own. */
  seed: number | null;
  label: string;
}

/** One run that came to a verdict. */
export interface BatchRun {
  exitCode: number;
  result: Result;
  environment: Environment;
  /** Run directory, relative to the folder of the batch. */
  directory: string;
  /** Its page, where it has one. */
  page: string | null;
  /** What a person should read when it did not pass. */
  story: string;
}

export interface BatchRequest {
  host: Host;
  paths: readonly string[];
  /** One run of each scenario for each of them; null for the scenario's own. */
  seeds: readonly (number | null)[];
  repeat: number;
  jobs: number;
  /** Folder of the runs and of what is written over all of them. */
  out: string;
  json: boolean;
  /** Throws whatever is wrong with a scenario; null when a tag filter passes it over. */
  check(path: string): Promise<Gear | null>;
  runOne(task: BatchTask): Promise<BatchRun>;
}

export async function runBatch(request: BatchRequest): Promise<number> {
  const { host, paths, out } = request;
  const startedAt = host.isoTime();
  host.stderr(`${paths.length} ${paths.length === 1 ? 'scenario' : 'scenarios'}\n`);
  for (const path of paths) host.stderr(`  ${path}\n`);
  const { gears, bad } = await checkAll(request);
  const rows = [...bad, ...(await runAll(request, gears))];
  // Green because nothing ran is the worst a CI job can say.
  if (rows.length === 0) {
    const hint = 'a scenario names its own: tags: [smoke]';
    throw new AuthorError([{ code: 'tag', message: 'no scenario has the tag', hint }]);
  }
  const exitCode = EXIT_ORDER.find((code) => rows.some((row) => row.exitCode === code)) ?? 0;
  host.write(resolve(host.cwd, out, 'junit.xml'), batchJunit(rows));
  host.write(resolve(host.cwd, out, 'index.html'), batchPage(rows, startedAt));
  if (request.json) host.stdout(`${JSON.stringify(documentOf(rows, exitCode), null, 2)}\n`);
  else sayAll(request, rows);
  return exitCode;
}

/** Every mistake is told before anything starts; who has none runs all the same. */
async function checkAll({ host, paths, check }: BatchRequest) {
  const gears = new Map<string, Gear>();
  const bad: BatchRow[] = [];
  for (const path of paths) {
    try {
      const gear = await check(path);
      if (gear !== null) gears.set(path, gear);
    } catch (error) {
      bad.push(rowOfError(host, path, path, error));
    }
  }
  return { gears, bad };
}

async function runAll(
  request: BatchRequest,
  gears: ReadonlyMap<string, Gear>,
): Promise<BatchRow[]> {
  const tasks = tasksOf(request, [...gears.keys()]);
  const rows: BatchRow[] = [];
  const real = new OneAtATime();
  let next = 0;
  let stopped = false;
  const work = async (): Promise<void> => {
    while (next < tasks.length && !stopped) {
      const at = next++;
      const task = tasks[at] as BatchTask;
      const once = (): Promise<BatchRow> => attempt(request, task);
      const row = gears.get(task.path) === 'sim' ? await once() : await real.run(once);
      rows[at] = row;
      stopped ||= row.exitCode === EXIT.interrupted;
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, request.jobs) }, work));
  return rows.flat();
}

function tasksOf({ seeds, repeat }: BatchRequest, paths: readonly string[]): BatchTask[] {
  return paths.flatMap((path) =>
    seeds.flatMap((seed) =>
      Array.from({ length: repeat }, (_, turn): BatchTask => {
        const parts = [
          path,
          ...(seed === null ? [] : [`seed ${seed}`]),
          ...(repeat === 1 ? [] : [`run ${turn + 1}`]),
        ];
        return { path, seed, label: parts.join(' ') };
      }),
    ),
  );
}

async function attempt(request: BatchRequest, task: BatchTask): Promise<BatchRow> {
  const { host, json } = request;
  const began = host.seconds();
  const seconds = (): number => host.seconds() - began;
  try {
    const { result, environment, story, ...rest } = await request.runOne(task);
    const { label, path: file } = task;
    const judged = { result, environment };
    const row: BatchRow = { label, file, judged, problems: [], seconds: seconds(), ...rest };
    if (json) return row;
    host.stdout(`${wordOf(row).padEnd(8)} ${label}  ${row.seconds.toFixed(1)} s\n`);
    if (row.exitCode !== EXIT.pass) host.stdout(`${story}\n`);
    return row;
  } catch (error) {
    const row = rowOfError(host, task.path, task.label, error, seconds());
    if (!json) host.stdout(`${wordOf(row).padEnd(8)} ${row.label}\n`);
    return row;
  }
}

function rowOfError(
  host: Host,
  file: string,
  label: string,
  error: unknown,
  seconds = 0,
): BatchRow {
  const problems =
    error instanceof AuthorError
      ? error.problems.map(({ message, line }) =>
          line === undefined ? message : `line ${line}: ${message}`,
        )
      : [error instanceof Error ? error.message : String(error)];
  const exitCode = sayError(host, error);
  return { label, file, exitCode, judged: null, problems, seconds, directory: null, page: null };
}

class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(action: () => Promise<T>): Promise<T> {
    const next = this.#last.then(action, action);
    this.#last = next.catch(() => {});
    return next;
  }
}

function sayAll({ host, seeds, repeat, out }: BatchRequest, rows: readonly BatchRow[]): void {
  if (seeds.length * repeat > 1) {
    for (const file of new Set(rows.map((row) => row.file)))
      host.stdout(
        `${summaryOf(
          file,
          rows.filter((row) => row.file === file),
        )}\n`,
      );
  }
  const passed = rows.filter(({ exitCode }) => exitCode === EXIT.pass).length;
  const runs = `${rows.length} ${rows.length === 1 ? 'run' : 'runs'}`;
  host.stdout(`${runs}, ${passed} passed; ${join(out, 'index.html')}\n`);
}

/** How often which verdict; the flake rate is the share that differs from the most frequent one. */
function summaryOf(file: string, rows: readonly BatchRow[]): string {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(wordOf(row), (counts.get(wordOf(row)) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const flake = Math.round((1 - most / rows.length) * 1000) / 10;
  const what = [...counts].map(([name, times]) => `${times}× ${name}`).join(', ');
  return `${file}  ${what}  flake rate ${flake} %`;
}

const documentOf = (rows: readonly BatchRow[], exitCode: number) => ({
  schema: 'twinstorm.batch/1',
  exitCode,
  runs: rows.map((row) => ({
    label: row.label,
    file: row.file,
    verdict: wordOf(row),
    exitCode: row.exitCode,
    seconds: Math.round(row.seconds * 10) / 10,
    directory: row.directory,
    problems: row.problems,
    result: row.judged?.result ?? null,
  })),
});
