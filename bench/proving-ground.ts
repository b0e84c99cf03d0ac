/**
 * One proving ground: any scenario or capability over seeds, healthy and with each planted bug,
 * random histories against its oracle, and damaged inputs into whatever parses. Nothing here knows
 * a capability; all of it is found. It can be stopped at any time and goes on where it was.
 *
 *   node bench/proving-ground.ts --help
 */
import { batchCases } from './proving/batches.ts';
import type { ProvingCase } from './proving/case.ts';
import { drawnCases } from './proving/drawn.ts';
import { type Ground, layGround } from './proving/ground.ts';
import { healthyCases } from './proving/healthy.ts';
import { mutantCases } from './proving/mutants.ts';
import { HELP, type Options, readOptions, UsageError } from './proving/options.ts';
import { type Row, State } from './proving/state.ts';
import { failure, Progress, summary } from './proving/tell.ts';
import { work } from './proving/work.ts';

const EXIT = { held: 0, failed: 1, notUnderstood: 2, stopped: 130 } as const;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options !== null) return await prove(options);
    print(HELP);
    return EXIT.held;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(`${error.message}\nnode bench/proving-ground.ts --help says more`);
    return EXIT.notUnderstood;
  }
}

async function prove(options: Options): Promise<number> {
  // From the first moment on, so that no stop is the end of the process before it has spoken.
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const ground = await layGround(options);
  const cases = await casesOf(ground, options);
  if (cases.length === 0) throw new UsageError('nothing to prove is left of that');
  const state = new State(options.state, cases);
  const left = cases.filter((one) => {
    const row = state.of(one);
    return row === undefined || (options.retry && row.wrong !== null);
  });
  const known = cases.length - left.length;
  const old = state.passedOver > 0 ? `, ${state.passedOver} lines are of other code` : '';
  say(`${cases.length} cases, ${known} known from ${state.file}${old}, ${left.length} to prove`);
  for (const one of options.list ? cases : []) {
    const row = state.of(one);
    print(`${row === undefined ? 'open  ' : row.wrong === null ? 'held  ' : 'FAILED'} ${one.id}`);
  }
  if (options.list) return EXIT.held;
  const { signal } = abort;
  const progress = new Progress(left.length, say);
  const found = (one: ProvingCase, row: Row): void => progress.found(one, row);
  await work({ cases: left, state, jobs: options.jobs, signal, found });
  return told(cases, left, state, signal.aborted);
}

/** What came of it, and the exit code. */
function told(
  cases: readonly ProvingCase[],
  left: readonly ProvingCase[],
  state: State,
  stopped: boolean,
): number {
  // What failed in an earlier sitting has not gone away.
  for (const one of cases) {
    const row = state.of(one);
    if (row !== undefined && row.wrong !== null && !left.includes(one)) {
      for (const line of failure(one, row)) say(line);
    }
  }
  for (const line of summary(cases, state)) print(line);
  if (stopped) print(`stopped; what was proved is in ${state.file}, the same command goes on`);
  if (stopped) return EXIT.stopped;
  const failed = cases.filter((one) => state.of(one)?.wrong !== null);
  print(failed.length === 0 ? 'all of it holds' : `${failed.length} do not hold`);
  return failed.length === 0 ? EXIT.held : EXIT.failed;
}

async function casesOf(ground: Ground, options: Options): Promise<ProvingCase[]> {
  const cases = [
    ...healthyCases(ground, options),
    ...mutantCases(ground, options),
    ...drawnCases(ground, options),
    ...(await batchCases(ground, options)),
  ];
  return cases.filter(({ sort }) => options.only.includes(sort));
}
