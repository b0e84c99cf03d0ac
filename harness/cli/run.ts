/**
 * `run`, `replay` and `judge`: everything that ends in a verdict. A file gives one verdict; a
 * folder or a glob gives one each and a single exit code, the one that tells the most.
 */
import { existsSync } from 'node:fs';
import { basename, join, matchesGlob, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { type Host, RunDirectory } from '#harness';
import { AuthorError, EXIT, EXIT_ORDER, type Gear, type Plan, WorldError } from '#kernel';
import { closingLines, type Environment, type Result } from '#reports';
import { execute, judgeDirectory, writeReports } from './execute.ts';
import { loadPlan, loadShelf, type RunFlags } from './load.ts';
import { paint, wantsColour } from './paint.ts';
import { sayError } from './say-error.ts';
import { version } from './version.ts';

interface RunOptions extends RunFlags {
  out?: string;
  json?: boolean;
  shards?: number;
  jobs?: number;
  repeat?: number;
  tag?: string[];
  quiet?: boolean;
  iOwnThisTarget?: boolean;
}

const EXAMPLES = `
Examples
  twinstorm run scenarios/library/regional-partition.yaml
  twinstorm run scenarios/library/flagship.yaml --gear real
  twinstorm run scenarios/library --tag smoke              every scenario of a folder with this tag
  twinstorm run my.yaml --set 'fleet[0].count=500' --set time.chaos=1m
  twinstorm run my.yaml --target process:mosquitto         the same scenario against a real broker
  twinstorm run my.yaml --mutant loses-acked-row           does it catch a planted bug?
  twinstorm run my.yaml --repeat 10                        and how often is it the same verdict?`;

export function addRunCommands(program: Command, host: Host, finish: (code: number) => void): void {
  addPlanFlags(program.command('run <files...>').description('run scenarios and judge them'))
    .option('--out <dir>', 'run directory (default: reports/out/<name>-<seed>-<stamp>)')
    .option('--json', 'print result.json on stdout and nothing else there')
    .option(
      '--shards <n>',
      'processes for the fleet in the real gear (default: one per core)',
      whole,
    )
    .option(
      '--repeat <k>',
      'run each scenario k times and print the rate of differing verdicts',
      whole,
    )
    .option('--jobs <n>', 'sim runs side by side', whole)
    .option('--tag <tag>', 'only scenarios with this tag', collect, [])
    .option('--quiet', 'no panel')
    .option('--i-own-this-target', 'needed for any target outside this machine')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: RunOptions) =>
      finish(await runFiles(host, files, options)),
    );
  program
    .command('replay <run>')
    .description('run the plan of a run directory (or a plan.json) again')
    .option('--out <dir>', 'run directory')
    .option('--json', 'print result.json on stdout and nothing else there')
    .option('--quiet', 'no panel')
    .action(async (run: string, options: RunOptions) => finish(await replay(host, run, options)));
  program
    .command('judge <run>')
    .description('judge a run directory again, from what lies in it alone')
    .option('--json', 'print result.json on stdout and nothing else there')
    .action(async (run: string, options: RunOptions) => finish(await rejudge(host, run, options)));
}

export function addPlanFlags(command: Command): Command {
  return command
    .option('--gear <gear>', 'sim or real (default: what the scenario says, else sim)', gear)
    .option('--seed <n>', 'seed of everything that is drawn', whole)
    .option('--devices <n>', 'scale the fleet to this many devices', count)
    .option('--set <path=value>', 'change a value of the scenario (repeatable)', collect, [])
    .option('--target <target>', 'embedded, process:BIN or a URL')
    .option('--mutant <name>', 'plant a bug in the platform twin')
    .option('--plugin <file>', 'a plug-in of your own (repeatable)', collect, []);
}

async function runFiles(host: Host, files: string[], options: RunOptions): Promise<number> {
  const paths = files.flatMap((file) => expand(host, file));
  if (paths.length === 0) {
    throw new AuthorError([{ code: 'no-file', message: `no scenario matches ${files.join(' ')}` }]);
  }
  if (paths.length === 1 && (options.repeat ?? 1) === 1)
    return runOne(host, paths[0] ?? '', options, false);
  const codes: number[] = [];
  const verdicts = new Map<string, number[]>();
  for (const path of paths) {
    for (let k = 0; k < (options.repeat ?? 1); k++) {
      const code = await runOne(host, path, options, true).catch((error) => sayError(host, error));
      if (code < 0) continue;
      codes.push(code);
      verdicts.set(path, [...(verdicts.get(path) ?? []), code]);
      if (code === EXIT.interrupted) return code;
    }
  }
  for (const [path, seen] of verdicts) host.stderr(`${summaryOf(path, seen)}\n`);
  return EXIT_ORDER.find((code) => codes.includes(code)) ?? EXIT.pass;
}

/** -1 when a tag filter passed it over. */
async function runOne(
  host: Host,
  file: string,
  options: RunOptions,
  several: boolean,
): Promise<number> {
  const { plan, shelf, plugins, base } = await loadPlan(host, file, options);
  const tags = options.tag ?? [];
  if (several && tags.length > 0 && !tags.some((tag) => plan.scenario.tags.includes(tag)))
    return -1;
  guardTarget(host, plan, options);
  const directory = new RunDirectory(
    outOf(host, plan, several ? undefined : options.out, options.out),
  );
  if (!options.json) host.stderr(`${headline(plan)}\n`);
  const { result, environment, interrupted } = await execute({
    host,
    plan,
    shelf,
    directory,
    base,
    plugins,
    shards: options.shards ?? null,
    quiet: options.quiet === true,
    version: version(),
  });
  sayResult(host, directory, result, environment, options.json === true);
  return interrupted ? EXIT.interrupted : result.exitCode;
}

async function replay(host: Host, run: string, options: RunOptions): Promise<number> {
  const path = resolve(host.cwd, run);
  const from = new RunDirectory(basename(path) === 'plan.json' ? resolve(path, '..') : path);
  const plan = from.readPlan();
  const shelf = await loadShelf();
  const directory = new RunDirectory(outOf(host, plan, options.out));
  if (!options.json) host.stderr(`${headline(plan)}\n`);
  const { result, environment, interrupted } = await execute({
    host,
    plan,
    shelf,
    directory,
    base: from.path,
    plugins: plan.plugins.map((plugin) => from.file(join('plugins', basename(plugin.file)))),
    shards: null,
    quiet: options.quiet === true,
    version: version(),
  });
  sayResult(host, directory, result, environment, options.json === true);
  return interrupted ? EXIT.interrupted : result.exitCode;
}

async function rejudge(host: Host, run: string, options: RunOptions): Promise<number> {
  const directory = new RunDirectory(resolve(host.cwd, run));
  const plan = directory.readPlan();
  const shelf = await loadShelf();
  const result = judgeDirectory(plan, directory, shelf);
  const text = directory.readText('environment.json');
  const environment = (text === null ? {} : JSON.parse(text)) as Environment;
  if (text !== null) writeReports(plan, directory, shelf, result, environment);
  sayResult(host, directory, result, environment, options.json === true);
  return result.exitCode;
}

const headline = (plan: Plan): string =>
  `${plan.scenario.name}  seed ${plan.seed}  ${plan.gear} gear  ${plan.devices.length} devices  target ${plan.target.name}\n${plan.replay}`;

function sayResult(
  host: Host,
  directory: RunDirectory,
  result: Result,
  _: Environment,
  json: boolean,
): void {
  if (json) {
    host.stdout(directory.readText('result.json') ?? `${JSON.stringify(result)}\n`);
    return;
  }
  const colour = wantsColour(host, host.stdoutIsTty);
  for (const line of closingLines(result, { colour })) host.stdout(`${line}\n`);
  const report = existsSync(directory.file('report.html')) ? 'report.html' : 'result.json';
  host.stdout(
    `\n${paint(colour).faint('report')}  ${relative(host.cwd, directory.file(report)) || report}\n`,
  );
  host.stdout(`${paint(colour).faint('replay')}  ${result.replay}\n`);
}

function outOf(host: Host, plan: Plan, out?: string, parent?: string): string {
  if (out !== undefined) return resolve(host.cwd, out);
  const stamp = host
    .isoTime()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, '')
    .replace('T', '-');
  const folder =
    parent === undefined ? resolve(host.cwd, 'reports/out') : resolve(host.cwd, parent);
  const name = `${plan.scenario.name}-${plan.seed}-${stamp}`;
  for (let k = 0; k < 1000; k++) {
    const path = join(folder, k === 0 ? name : `${name}-${k}`);
    if (!host.exists(path)) return path;
  }
  throw new WorldError(
    'out',
    `${folder} has too many runs called ${name}`,
    'name a directory with --out',
  );
}

/** A folder, a glob, or a file as it is. */
function expand(host: Host, file: string): string[] {
  const path = resolve(host.cwd, file);
  if (host.isDirectory(path))
    return host
      .filesBelow(path)
      .filter(isScenario)
      .map((one) => relative(host.cwd, one));
  if (!/[*?{[]/.test(file) || host.exists(path)) return [file];
  const root = resolve(host.cwd, file.slice(0, file.search(/[*?{[]/)).replace(/[^/]*$/, '') || '.');
  if (!host.isDirectory(root)) return [];
  return host
    .filesBelow(root)
    .filter((one) => isScenario(one) && matchesGlob(one, path))
    .map((one) => relative(host.cwd, one));
}

const isScenario = (path: string): boolean => /\.ya?ml$/.test(path);

function guardTarget(host: Host, plan: Plan, options: RunOptions): void {
  const { url } = plan.target;
  if (url === null) return;
  const { hostname } = new URL(url);
  const here = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  host.stderr(`target ${url}\n`);
  if (here || options.iOwnThisTarget === true) return;
  throw new AuthorError([
    {
      code: 'not-my-target',
      message: `${hostname} is not this machine`,
      hint: 'chaos belongs on systems you own: add --i-own-this-target if this is one',
    },
  ]);
}

function summaryOf(path: string, codes: readonly number[]): string {
  const names = new Map<number, string>([
    [0, 'pass'],
    [1, 'fail'],
    [2, 'unknown'],
    [3, 'bad'],
    [4, 'invalid'],
  ]);
  const counts = new Map<string, number>();
  for (const code of codes) {
    const name = names.get(code) ?? String(code);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  const flake =
    codes.length > 1 ? `  flake rate ${Math.round((1 - most / codes.length) * 1000) / 10} %` : '';
  return `${path}  ${[...counts].map(([name, n]) => (codes.length > 1 ? `${n}× ${name}` : name)).join(', ')}${flake}`;
}

const collect = (value: string, before: string[]): string[] => [...before, value];

function whole(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new AuthorError([{ code: 'flag', message: `'${text}' is not a whole number` }]);
}

/** `100k` is a hundred thousand. */
function count(text: string): number {
  return whole(/^\d+k$/i.test(text) ? `${text.slice(0, -1)}000` : text);
}

function gear(text: string): Gear {
  if (text === 'sim' || text === 'real') return text;
  throw new AuthorError([{ code: 'flag', message: `--gear is sim or real, not '${text}'` }]);
}
