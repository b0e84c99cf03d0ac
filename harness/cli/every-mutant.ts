/**
 * `run FILE --mutants all`: one scenario against each planted bug that it may wake, a run each,
 * after one without any: a scenario that does not pass by itself catches everything and shows
 * nothing. The table says which bugs it catches and by which checker, which go by unnoticed, which
 * fire and change nothing, which it never wakes, and, where it was cut short, which were not tried.
 */
import { join, resolve } from 'node:path';
import { AuthorError, EXIT, type Mutant, type Plan, WorldError } from '#kernel';
import type { Result } from '#reports';
import type { Host } from './host.ts';
import { paint, wantsColour } from './paint.ts';
import { sayError } from './say-error.ts';

export interface MutantsRequest {
  host: Host;
  /** Without a bug: what the table is headed by. */
  plan: Plan;
  mutants: readonly Mutant[];
  /** Why nothing of the scenario can wake a bug; null where something may. */
  whyAsleep(mutant: Mutant): string | null;
  /** Folder of the runs, each in one called after its bug. */
  out: string;
  json: boolean;
  /** Runs side by side. */
  jobs: number;
  /** Whether the run in one folder went as that in the other, but for how often the bug fired. */
  isAsIn(folder: string, without: string): boolean;
  /** The scenario as it is, or with a bug; refused by `AuthorError` where that does not fit. */
  planOne(mutant: string | null): Promise<RunPlanned>;
}

/** Runs what was planned, in a folder of its own. */
type RunPlanned = (folder: string) => Promise<{ result: Result; interrupted: boolean }>;

/** A bug that fits. */
interface Candidate {
  mutant: Mutant;
  run: RunPlanned;
}

/** What came of one bug. */
export interface Trial {
  mutant: string;
  outcome: keyof typeof WORDS;
  fired: number | null;
  /** The checkers that failed. */
  by: string[];
  why: string;
  /** Of the run; null where there was none. */
  directory: string | null;
}

const WORDS = {
  caught: 'caught',
  unnoticed: 'fired unnoticed',
  harmless: 'changed nothing',
  idle: 'did not fire',
  unfit: 'does not apply',
  undecided: 'not decided',
  stopped: 'stopped',
  untried: 'not tried',
} as const;

export async function runEveryMutant(request: MutantsRequest): Promise<number> {
  const { candidates, unfit } = await planned(request);
  if (candidates.length === 0) return said(request, unfit, exitCodeFor(unfit));
  // Between two runs nobody else listens.
  const wish = { isToStop: false };
  const release = request.host.onInterrupt(() => {
    wish.isToStop = true;
  });
  try {
    const without = await runWithout(request);
    if (without !== null && without !== EXIT.interrupted) return without;
    wish.isToStop ||= without !== null;
    const trials = await tryAll(request, candidates, wish);
    const all = [...unfit, ...trials].sort((a, b) => (a.mutant < b.mutant ? -1 : 1));
    return said(request, all, wish.isToStop ? EXIT.interrupted : exitCodeFor(all));
  } finally {
    release();
  }
}

/** Planned before anything runs: where no bug fits, nothing is started. */
async function planned({ mutants, whyAsleep, planOne }: MutantsRequest) {
  const candidates: Candidate[] = [];
  const unfit: Trial[] = [];
  for (const mutant of mutants) {
    const why = whyAsleep(mutant);
    if (why !== null) {
      unfit.push({ ...blank(mutant), outcome: 'unfit', why });
      continue;
    }
    try {
      candidates.push({ mutant, run: await planOne(mutant.kind) });
    } catch (error) {
      if (!(error instanceof AuthorError)) throw error;
      if (error.problems.some(({ code }) => code !== 'mutant')) throw error;
      unfit.push({ ...blank(mutant), outcome: 'unfit', why: error.message });
    }
  }
  return { candidates, unfit };
}

/** Null when the scenario passes by itself; else the exit code, and why nothing more is shown. */
async function runWithout({ host, out, planOne }: MutantsRequest): Promise<number | null> {
  const directory = join(out, WITHOUT);
  const run = await planOne(null);
  const { result, interrupted } = await run(resolve(host.cwd, directory));
  if (interrupted) return EXIT.interrupted;
  if (result.verdict === 'pass') return null;
  const reason = result.reasons[0] === undefined ? '' : `: ${result.reasons[0]}`;
  host.stderr(
    `without a planted bug the verdict is ${result.verdict}${reason}\n` +
      `  help: only a scenario that passes by itself can be seen to catch one; see ${directory}\n`,
  );
  return result.exitCode;
}

/** The folder of the run without a bug: no bug is called so. */
const WITHOUT = 'without';

async function tryAll(
  request: MutantsRequest,
  candidates: readonly Candidate[],
  wish: { isToStop: boolean },
): Promise<Trial[]> {
  const waiting = [...candidates];
  const trials: Trial[] = [];
  const work = async (): Promise<void> => {
    while (!wish.isToStop) {
      const one = waiting.shift();
      if (one === undefined) return;
      const { trial, interrupted } = await tryOne(request, one);
      trials.push(trial);
      wish.isToStop ||= interrupted;
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, request.jobs) }, work));
  const untried = waiting.map(({ mutant }): Trial => {
    return { ...blank(mutant), outcome: 'untried', why: '' };
  });
  return [...trials, ...untried];
}

function said(request: MutantsRequest, trials: readonly Trial[], exitCode: number): number {
  const { host, json } = request;
  if (json) host.stdout(`${JSON.stringify(documentOf(request, trials, exitCode), null, 2)}\n`);
  else for (const line of tableOf(request, trials)) host.stdout(`${line}\n`);
  return exitCode;
}

/** What changes which bugs there are, or how often each runs, cannot be asked for as well. */
export function refuseMutantFlags(
  flags: {
    mutant?: string;
    repeat?: number;
    seeds?: readonly number[];
    tag?: readonly string[];
  },
  hasMoreFiles: boolean,
): void {
  const others = [
    ...(flags.mutant === undefined ? [] : ['--mutant']),
    ...(flags.repeat === undefined ? [] : ['--repeat']),
    ...(flags.seeds === undefined ? [] : ['--seeds']),
    ...((flags.tag ?? []).length === 0 ? [] : ['--tag']),
  ];
  const messages = [
    ...(hasMoreFiles ? ['--mutants takes one scenario at a time'] : []),
    ...others.map((flag) => `--mutants does not go with ${flag}`),
  ];
  const problems = messages.map((message) => ({ code: 'flag', message, hint: FLAG_HINT }));
  if (problems.length > 0) throw new AuthorError(problems);
}

const FLAG_HINT =
  'twinstorm run FILE --mutants all, or rules,tiers; one bug is planted by --mutant NAME';

/** All that fired must be caught; where none did, nothing was shown. */
function exitCodeFor(trials: readonly Trial[]): number {
  const some = (outcome: Trial['outcome']) => trials.some((trial) => trial.outcome === outcome);
  if (some('unnoticed')) return EXIT.fail;
  if (some('undecided')) return EXIT.invalid;
  return some('caught') ? EXIT.pass : EXIT.unknown;
}

async function tryOne(
  { host, out, isAsIn }: MutantsRequest,
  { mutant, run }: Candidate,
): Promise<{ trial: Trial; interrupted: boolean }> {
  const directory = join(out, mutant.kind);
  try {
    const folder = resolve(host.cwd, directory);
    const { result, interrupted } = await run(folder);
    const isAsWithout = (): boolean => isAsIn(folder, resolve(host.cwd, join(out, WITHOUT)));
    // What a run that was stopped shows is no more than that.
    const came = interrupted ? STOPPED : outcomeOf(result, mutant, isAsWithout);
    return { trial: { ...blank(mutant), directory, ...came }, interrupted };
  } catch (error) {
    const interrupted = sayError(host, error) === EXIT.interrupted;
    if (interrupted) return { trial: { ...blank(mutant), ...STOPPED }, interrupted };
    const why = error instanceof WorldError ? error.message : 'the run broke off';
    return { trial: { ...blank(mutant), outcome: 'undecided', why }, interrupted };
  }
}

const STOPPED = { outcome: 'stopped', why: 'its run was cut short' } as const;

const blank = ({ kind }: Mutant) => ({ mutant: kind, fired: null, by: [], directory: null });

/** A fail is a catch, by whichever checker; the one that the bug names should be among them. */
function outcomeOf(
  result: Result,
  { caughtBy }: Mutant,
  isAsWithout: () => boolean,
): Pick<Trial, 'outcome' | 'fired' | 'by' | 'why'> {
  const { verdict, mutantFired: fired = null, reasons } = result;
  const failed = result.checkers.filter((checker) => checker.verdict === 'fail');
  const by = [...new Set(failed.map(({ id }) => id))];
  const told = { fired, by };
  if (fired === 0) return { ...told, outcome: 'idle', why: '' };
  if (verdict === 'fail') {
    const whom = by.length === 0 ? 'a stop condition' : by.join(', ');
    const missed = by.includes(caughtBy) ? '' : `, and not by ${caughtBy}, which it names`;
    return { ...told, outcome: 'caught', why: `by ${whom}${missed}` };
  }
  // An invalid run could not have shown anything, whatever the bug did in it.
  if (fired === null || verdict === 'invalid')
    return { ...told, outcome: 'undecided', why: reasons[0] ?? verdict };
  if (isAsWithout()) {
    return { ...told, outcome: 'harmless', why: 'the run went as it does without it' };
  }
  const judged = result.checkers.some(({ id }) => id === caughtBy);
  const absent = judged ? '' : `; ${caughtBy}, which it names, does not judge here`;
  return { ...told, outcome: 'unnoticed', why: `verdict ${verdict}${absent}` };
}

function tableOf({ host, plan, out }: MutantsRequest, trials: readonly Trial[]): string[] {
  const { strong, good, bad, warn, faint } = paint(wantsColour(host, host.stdoutIsTty));
  const tones = { caught: good, unnoticed: bad, undecided: warn, stopped: warn };
  const tone = { ...tones, harmless: faint, idle: faint, unfit: faint, untried: faint };
  const width = Math.max(0, ...trials.map(({ mutant }) => mutant.length));
  const kinds = Object.keys(WORDS) as Trial['outcome'][];
  const counts = kinds.map((kind) => ({
    kind,
    count: trials.filter(({ outcome }) => outcome === kind).length,
  }));
  return [
    strong(`${plan.scenario.name} · seed ${plan.seed} · ${plan.gear} · planted bugs`),
    ...trials.map(({ mutant, outcome, fired, why }) => {
      const times = fired === null || fired === 0 ? [] : [`fired ${fired}×`];
      const word = tone[outcome](WORDS[outcome].padEnd(15));
      const said = [...times, why].filter((part) => part !== '').join(', ');
      return `  ${mutant.padEnd(width)}  ${word}  ${said}`.trimEnd();
    }),
    '',
    counts
      .filter(({ count }) => count > 0)
      .map(({ kind, count }) => `${count} ${WORDS[kind]}`)
      .join(' · '),
    ...cutShort(trials),
    ...(trials.some(({ directory }) => directory !== null) ? [`runs in ${out}`] : []),
  ];
}

function cutShort(trials: readonly Trial[]): string[] {
  const untried = trials.filter(({ outcome }) => outcome === 'untried').length;
  const isStopped = trials.some(({ outcome }) => outcome === 'stopped');
  if (untried === 0 && !isStopped) return [];
  return [`cut short: ${untried} of ${trials.length} were not tried, so this is no whole table`];
}

const documentOf = ({ plan }: MutantsRequest, trials: readonly Trial[], exitCode: number) => ({
  schema: 'twinstorm.mutants/1',
  scenario: plan.scenario.name,
  seed: plan.seed,
  gear: plan.gear,
  exitCode,
  trials,
});
