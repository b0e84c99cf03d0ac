/**
 * `run`, `replay` and `judge`: everything that ends in a verdict. A file gives one verdict; a
 * folder or a glob gives one each and a single exit code, the one that tells the most.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  Exposition,
  endpointIn,
  Interrupted,
  type Progress,
  planDigest,
  RunDirectory,
  serveMetrics,
} from '#harness';
import { AuthorError, type Catalog, EXIT, mutantFamily, type Plan, WorldError } from '#kernel';
import { closingLines, type Environment, type Result, reporterFamily } from '#reports';
import { runBatch } from './batch.ts';
import { refuseMutantFlags, runEveryMutant } from './every-mutant.ts';
import { type Execution, execute, judgeDirectory, writeReports } from './execute.ts';
import { wholeCatalog } from './families.ts';
import { isOneFile, scenarioFiles } from './files.ts';
import { addPlanFlags, collect, positive, type RunFlags, seedList } from './flags.ts';
import type { Host } from './host.ts';
import { type LoadedPlan, loadPlan } from './load.ts';
import { chosenMutants, EVERY_MUTANT, whyAsleep } from './mutant-words.ts';
import { wantsColour } from './paint.ts';
import { PANEL_WORDS } from './panel.ts';
import { freshFolder, refuseRunIn, stampOf } from './run-folders.ts';
import { guardLength } from './run-length.ts';
import { hasSameLedger } from './same-ledger.ts';
import { sayError } from './say-error.ts';
import { guardShards } from './shard-flag.ts';
import { version } from './version.ts';

interface RunOptions extends RunFlags {
  out?: string;
  json?: boolean;
  shards?: number;
  jobs?: number;
  repeat?: number;
  seeds?: number[];
  force?: boolean;
  mutants?: string;
  tag?: string[];
  quiet?: boolean;
  iOwnThisTarget?: boolean;
  metrics?: string;
  /** Is told of the run's progress, where somebody scrapes it. */
  watch?: (progress: Progress) => void;
}

const EXAMPLES = `
Examples
  twinstorm run scenarios/library/regional-partition.yaml
  twinstorm run scenarios/library/flagship.yaml --gear real
  twinstorm run scenarios/library --tag smoke              every scenario of a folder with this tag
  twinstorm run my.yaml --set 'fleet[0].count=500' --set time.chaos=1m
  twinstorm run my.yaml --target process:mosquitto         the same scenario against a real broker
  twinstorm run my.yaml --mutant telemetry-loses-acked-row   does it catch a planted bug?
  twinstorm run my.yaml --mutants all --jobs 2             which of all planted bugs?
  twinstorm run my.yaml --repeat 10                        and how often is it the same verdict?
  twinstorm run scenarios --seeds 1..20 --jobs 2           a folder, twenty seeds each`;

/** Where runs go that are not told where. */
const OUT = join('reports', 'out');
const FORCE = 'overwrite a run that lies in the run directory';
const METRICS = 'serve live counts for Prometheus while it runs: 127.0.0.1:9464, port 0 for any';
const OWNERSHIP = 'needed for any target outside this machine';

export function addRunCommands(program: Command, host: Host, finish: (code: number) => void): void {
  addPlanFlags(program.command('run <files...>').description('run scenarios and judge them'))
    .option('--out <dir>', 'run directory (default: reports/out/<name>-<seed>-<stamp>)')
    .option('--json', 'print result.json on stdout and nothing else there')
    .option(
      '--shards <n>',
      'processes for the fleet in the real gear (default: two, or what the open files ask for)',
      positive('--shards'),
    )
    .option(
      '--repeat <k>',
      'run each scenario k times and print the rate of differing verdicts',
      positive('--repeat'),
    )
    .option('--seeds <list>', 'run each scenario with each of these: 1..20 or 3,7', seedList)
    .option('--force', FORCE)
    .option(
      '--mutants <words>',
      'a run with each planted bug, or those of rules,tiers, and a table of who caught it',
    )
    .option('--jobs <n>', 'sim runs side by side', positive('--jobs'))
    .option('--tag <tag>', 'only scenarios with this tag', collect, [])
    .option('--quiet', 'no panel')
    .option('--metrics <address>', METRICS)
    .option('--i-own-this-target', OWNERSHIP)
    .addHelpText('after', `${PANEL_WORDS}\n${EXAMPLES}`)
    .action(async (files: string[], options: RunOptions) =>
      finish(await runFiles(host, files, options)),
    );
  program
    .command('replay <run>')
    .description('run the plan of a run directory (or a plan.json) again')
    .option('--out <dir>', 'run directory')
    .option('--force', FORCE)
    .option('--json', 'print result.json on stdout and nothing else there')
    .option('--quiet', 'no panel')
    .option('--i-own-this-target', OWNERSHIP)
    .action(async (run: string, options: RunOptions) => finish(await replay(host, run, options)));
  program
    .command('judge <run>')
    .description('judge a run directory again, from what lies in it alone')
    .option('--json', 'print result.json on stdout and nothing else there')
    .action(async (run: string, options: RunOptions) => finish(await rejudge(host, run, options)));
}

async function runFiles(host: Host, words: string[], options: RunOptions): Promise<number> {
  host.untilBegun(() => sayError(host, new Interrupted()));
  const paths = scenarioFiles(host, words);
  const [only = ''] = paths;
  if (options.mutants !== undefined) {
    if (options.metrics !== undefined) throw new AuthorError([METRICS_OF_MANY]);
    return runMutants(host, paths, options);
  }
  const isMany = (options.repeat ?? 1) > 1 || options.seeds !== undefined;
  if (!isMany && isOneFile(host, words)) return runSingle(host, only, options);
  if (options.metrics !== undefined) throw new AuthorError([METRICS_OF_MANY]);
  return runMany(host, paths, options);
}

const METRICS_OF_MANY = {
  code: 'flag',
  message: '--metrics goes with one run',
  hint: 'name one scenario file, without --repeat, --seeds and --mutants',
};

async function runMany(host: Host, paths: string[], options: RunOptions): Promise<number> {
  const { repeat = 1, jobs = 1, seed } = options;
  if (seed !== undefined && options.seeds !== undefined) {
    const hint = '--seeds 1..20, or --seeds 3,7';
    throw new AuthorError([{ code: 'flag', message: '--seed does not go with --seeds', hint }]);
  }
  const catalog = await wholeCatalog();
  const out = options.out ?? join('reports', 'out', `batch-${stampOf(host)}`);
  refuseRunIn(host, out);
  const quiet = options.quiet === true || jobs > 1;
  return runBatch({
    host,
    paths,
    seeds: options.seeds ?? [null],
    repeat,
    jobs,
    out,
    json: options.json === true,
    check: async (path) => {
      const { plan } = await loadPlan(host, path, options, catalog);
      if (!hasTag(plan, options)) return null;
      guardLength(plan);
      guardTarget(host, plan, options);
      guardShards(host, plan, options.shards ?? null);
      return plan.gear;
    },
    runOne: async (task) => {
      const flags = task.seed === null ? options : { ...options, seed: task.seed };
      const loaded = await loadPlan(host, task.path, flags, catalog);
      const directory = new RunDirectory(freshFolder(host, loaded.plan, out));
      const done = await runLoaded(host, loaded, directory, { ...options, quiet });
      return {
        result: done.result,
        environment: done.environment,
        exitCode: codeOf(host, done),
        directory: relative(resolve(host.cwd, out), directory.path),
        page: existsSync(directory.file(PAGE)) ? PAGE : null,
        story: closingOf(host, directory, done.result, causeOf(done)).join('\n'),
      };
    },
  });
}

const PAGE = 'report.html';

async function runMutants(
  host: Host,
  [file = '', ...others]: readonly string[],
  options: RunOptions,
): Promise<number> {
  refuseMutantFlags(options, others.length > 0);
  const known = await wholeCatalog();
  const { plan, catalog } = await loadPlan(host, file, options, known);
  guardLength(plan);
  guardShards(host, plan, options.shards ?? null);
  const jobs = plan.gear === 'sim' ? (options.jobs ?? 1) : 1;
  return runEveryMutant({
    host,
    plan,
    jobs,
    mutants: chosenMutants(options.mutants ?? EVERY_MUTANT, [...catalog.of(mutantFamily).values()]),
    whyAsleep: (mutant) => whyAsleep(mutant, plan, catalog),
    out: options.out ?? relative(host.cwd, freshFolder(host, plan, OUT, 'mutants')),
    json: options.json === true,
    isAsIn: hasSameLedger,
    planOne: async (mutant) => {
      const planted = mutant === null ? options : { ...options, mutant };
      const loaded = await loadPlan(host, file, planted, known);
      const quiet = options.quiet === true || jobs > 1;
      return async (path) => {
        const done = await runLoaded(host, loaded, new RunDirectory(path), { ...options, quiet });
        if (done.brokeOff !== null) throw done.brokeOff.error;
        return done;
      };
    },
  });
}

async function runSingle(host: Host, file: string, options: RunOptions): Promise<number> {
  const loaded = await loadPlan(host, file, options);
  if (!hasTag(loaded.plan, options)) {
    const message = `${file} has none of the tags ${options.tag?.join(', ')}`;
    throw new AuthorError([{ code: 'tag', message }]);
  }
  const { out } = options;
  const folder = out === undefined ? freshFolder(host, loaded.plan, OUT) : resolve(host.cwd, out);
  return scraped(host, loaded.plan, options, (watched) =>
    finished(host, loaded, new RunDirectory(folder), watched),
  );
}

/** With its counts served, where that is asked for; they are gone with the run, however it ends. */
async function scraped(
  host: Host,
  plan: Plan,
  options: RunOptions,
  run: (options: RunOptions) => Promise<number>,
): Promise<number> {
  if (options.metrics === undefined) return run(options);
  const exposition = new Exposition(plan);
  const endpoint = endpointIn('--metrics', options.metrics);
  const server = await serveMetrics(endpoint, () => exposition.text());
  host.stderr(`metrics at ${server.url}\n`);
  try {
    return await run({ ...options, watch: (progress) => exposition.note(progress) });
  } finally {
    await server.close();
  }
}

async function replay(host: Host, run: string, options: RunOptions): Promise<number> {
  const path = resolve(host.cwd, run);
  const from = new RunDirectory(basename(path) === 'plan.json' ? resolve(path, '..') : path);
  const plan = from.readPlan();
  const plugins = pluginsOf(plan, from);
  const catalog = await (await wholeCatalog()).with(plugins);
  const { out } = options;
  const folder = out === undefined ? freshFolder(host, plan, OUT) : resolve(host.cwd, out);
  // What a target needs besides (certificates, accounts, hands) still lies beside the scenario.
  const base = dirname(resolve(host.cwd, plan.scenario.file));
  const loaded = { plan, catalog, plugins, base };
  return finished(host, loaded, new RunDirectory(folder), options);
}

/** From what lies in the run directory alone, the user's plug-ins included. */
async function rejudge(host: Host, run: string, options: RunOptions): Promise<number> {
  const directory = new RunDirectory(resolve(host.cwd, run));
  const plan = directory.readPlan();
  const catalog = await (await wholeCatalog()).with(pluginsOf(plan, directory));
  const result = judgeDirectory(plan, planDigest(plan), directory, catalog);
  const environment = directory.readJson<Environment>('environment.json');
  if (environment !== null) writeReports(plan, directory, catalog, result, environment);
  sayResult(host, directory, catalog, result, options);
  return result.exitCode;
}

async function finished(
  host: Host,
  loaded: LoadedPlan,
  directory: RunDirectory,
  options: RunOptions,
): Promise<number> {
  const done = await runLoaded(host, loaded, directory, options);
  const code = codeOf(host, done);
  sayResult(host, directory, loaded.catalog, done.result, options, causeOf(done));
  return code;
}

/** What it broke off for, where the world or a person did it. */
function causeOf({ brokeOff }: Execution): string | undefined {
  const error = brokeOff?.error;
  return error instanceof WorldError || error instanceof Interrupted ? error.message : undefined;
}

/** What a run broke off for outweighs what can be said of the rest of it. */
function codeOf(host: Host, { result, interrupted, brokeOff }: Execution): number {
  if (brokeOff !== null) return sayError(host, brokeOff.error);
  return interrupted ? EXIT.interrupted : result.exitCode;
}

function runLoaded(
  host: Host,
  loaded: LoadedPlan,
  directory: RunDirectory,
  options: RunOptions,
): Promise<Execution> {
  guardLength(loaded.plan);
  guardTarget(host, loaded.plan, options);
  guardShards(host, loaded.plan, options.shards ?? null);
  if (options.json !== true) host.stderr(`${headline(loaded.plan)}\n`);
  return execute({
    host,
    ...loaded,
    directory,
    shards: options.shards ?? null,
    quiet: options.quiet === true,
    overwrites: options.force === true,
    version: version(),
    ...(options.watch === undefined ? {} : { watch: options.watch }),
  });
}

const pluginsOf = (plan: Plan, directory: RunDirectory): string[] =>
  plan.plugins.map((plugin) => directory.file(join('plugins', basename(plugin.file))));

function hasTag(plan: Plan, options: RunOptions): boolean {
  const tags = options.tag ?? [];
  return tags.length === 0 || tags.some((tag) => plan.scenario.tags.includes(tag));
}

/** The first line, as the last one: name, seed, gear and how to run it again. */
const headline = (plan: Plan): string =>
  [
    plan.scenario.name,
    `seed ${plan.seed}`,
    plan.gear,
    `${plan.devices.length} devices`,
    `target ${plan.target.name}`,
    `replay: ${plan.replay}`,
  ].join(' · ');

function sayResult(
  host: Host,
  directory: RunDirectory,
  catalog: Catalog,
  result: Result,
  options: RunOptions,
  cause?: string,
): void {
  if (options.json === true) {
    const json = catalog.of(reporterFamily).get('json');
    host.stdout(json?.render(result, {} as Environment) ?? `${JSON.stringify(result)}\n`);
    return;
  }
  for (const line of closingOf(host, directory, result, cause)) host.stdout(`${line}\n`);
}

function closingOf(
  host: Host,
  directory: RunDirectory,
  result: Result,
  cause: string | undefined,
): string[] {
  const files = [PAGE, 'junit.xml', 'summary.md', 'result.json']
    .filter((name) => existsSync(directory.file(name)))
    .slice(0, 1)
    .map((name) => relative(host.cwd, directory.file(name)));
  return closingLines(result, { colour: wantsColour(host, host.stdoutIsTty), files, cause });
}

function guardTarget(host: Host, plan: Plan, options: RunOptions): void {
  const { name, ours } = plan.target;
  if (!ours) host.stderr(`target ${name}\n`);
  // In sim nothing of the proxy is touched; whatever else is named must be said to be one's own.
  const links = plan.gear === 'real' ? (plan.proxy?.elsewhere ?? null) : null;
  if (links !== null) host.stderr(`proxy ${plan.proxy?.of ?? ''}\n`);
  const elsewhere = (ours ? null : plan.target.elsewhere) ?? links;
  if (elsewhere === null || options.iOwnThisTarget === true) return;
  throw new AuthorError([
    {
      code: 'not-my-target',
      message: `${elsewhere} is not this machine`,
      hint: 'chaos belongs on systems you own: add --i-own-this-target if this is one',
    },
  ]);
}
