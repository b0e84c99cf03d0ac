/**
 * `generate`: a labelled data set of a scenario, or of a kind of device alone, without a network
 * and much faster than time.
 */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { type DeviceModel, modelFamily } from '#devices';
import { FORMATS, type Format, generate, type PluginCatalog, writeDataText } from '#harness';
import { AuthorError, type DataSet, instantIn, isoOf, meantHint, type Plan } from '#kernel';
import { croissant, dataSetCard } from '#reports';
import { wholeCatalog } from './families.ts';
import { addDataFlags, positive, type RunFlags, span } from './flags.ts';
import type { Host } from './host.ts';
import { loadPlan } from './load.ts';
import { againLine } from './replay-line.ts';
import { type SplitFlags, splitBy, splitList, splittingOf } from './splitting.ts';
import { version } from './version.ts';

interface GenerateFlags extends RunFlags, SplitFlags {
  days?: number;
  every?: number;
  out?: string;
  format: string;
  start: string;
  truth?: boolean;
  license?: string;
  workers?: number;
  quiet?: boolean;
}

/** The models' day begins at eight where nobody says otherwise. */
const START = '2026-01-01T08:00:00Z';

const EXAMPLES = `
Examples
  twinstorm generate worn-fridges --out data
  twinstorm generate cold-chain-fridge --devices 100 --days 30 --out data     no file at all
  twinstorm generate my.yaml --devices 100 --seed 7 --format csv --out data
  twinstorm generate my.yaml --truth --out data        with the true state in files of its own
  twinstorm generate pump --license CC-BY-4.0 --out data
  twinstorm generate pump --split-by mechanism --out data      is tried on what it never saw
  twinstorm generate pump --split-by time --embargo 1d --splits train=80%,test=20% --out data`;

export function addGenerateCommand(program: Command, host: Host): void {
  addDataFlags(
    program
      .command('generate <scenario>')
      .description('make a labelled data set of a scenario, or of a kind of device alone'),
  )
    .option('--days <n>', 'with a kind of device: how long (default: 7)', positive('--days'))
    .option('--every <span>', 'with a kind of device: between two samples', span('--every'))
    .requiredOption('--out <dir>', 'folder of the data set, new or empty')
    .option('--format <format>', FORMATS.map(({ kind }) => kind).join(', '), 'parquet')
    .option('--start <instant>', 'when the scenario begins, in UTC', START)
    .option('--truth', 'the true state as well, and what it would be without faults')
    .option('--splits <shares>', 'train=80%,test=20% (default: 70, 15 and 15 %)', splitList)
    .option('--split-by <what>', 'device, site, mechanism or time (default: device)', splitBy)
    .option('--embargo <span>', 'left out between two splits by time', span('--embargo'))
    .option('--license <name>', 'of the data set, by its name in the list of SPDX', spdx)
    .option('--workers <n>', 'side by side (default: one for each core)', positive('--workers'))
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: GenerateFlags) => run(host, file, flags));
}

async function run(host: Host, file: string, flags: GenerateFlags): Promise<void> {
  const format = formatOf(flags.format);
  const zeroAt = startOf(flags.start);
  const folder = resolve(host.cwd, flags.out ?? '');
  refuseOthers(host, folder, flags.out ?? '');
  const known = await wholeCatalog();
  const written = await aloneOf(host, file, flags, known);
  const asked = { ...flags, gear: 'sim' as const };
  const { plan, catalog, plugins } = await loadPlan(host, file, asked, known, written);
  const began = host.seconds();
  let told = began;
  const made = await generate({
    ...{ plan, catalog, plugins, format, folder, zeroAt, version: version() },
    workers: flags.workers ?? host.cores,
    splitting: splittingOf(flags),
    withTruth: flags.truth === true,
    progress: (done, all) => {
      const now = host.seconds();
      if (flags.quiet === true || now - told < 1) return;
      told = now;
      host.stderr(`${progressLine(done, all, now - began)}\n`);
    },
  });
  const took = Math.max(1e-3, host.seconds() - began);
  const { name, about } = plan.scenario;
  const again = againLine(plan.scenario.file, plan.seed, flags);
  const start = isoOf(zeroAt);
  writePapers(folder, plan, {
    ...{ name, about, seed: plan.seed, format: format.kind, start, again, ...made },
    ...(flags.license === undefined ? {} : { license: flags.license }),
  });
  const files = made.tables.flatMap((table) => table.files).length;
  const what = `${count(made.rows)} rows of ${count(made.devices)} devices`;
  const rate = `${count(made.rows / took)} rows/s`;
  host.stdout(`${what}, ${count(made.events.length)} events, in ${files} files; ${rate}\n`);
}

/** Of a kind of device that no file is called like: a scenario of it, in which some go wrong. */
async function aloneOf(
  host: Host,
  word: string,
  { days, every, plugin = [] }: GenerateFlags,
  known: PluginCatalog,
): Promise<string | undefined> {
  if (plugin.length > 0) await host.begins();
  const catalog = await known.with(plugin.map((name) => resolve(host.cwd, name)));
  const model = catalog.of(modelFamily).get(word);
  if (model !== undefined && !host.exists(resolve(host.cwd, word))) {
    return fleetAlone(model, days ?? DAYS, every ?? model.everyMs);
  }
  if (days === undefined && every === undefined) return undefined;
  const message = `${days === undefined ? '--every' : '--days'} goes with a kind of device alone`;
  const hint = 'write time and every in the scenario, or change them by --set';
  throw new AuthorError([{ code: 'flag', message, hint }]);
}

const DAYS = 7;

/** Its text is in the plan's digest like any other, and the card says what it is. */
const fleetAlone = (
  { kind, summary, malfunctions }: DeviceModel,
  days: number,
  everyMs: number,
): string =>
  [
    'twinstorm: 1',
    `name: ${kind}`,
    `about: ${JSON.stringify(summary)}`,
    `time: { warmup: 0s, steady: 1s, chaos: ${days}d, settle: 0s }`,
    `fleet: [{ model: ${kind}, count: 20, every: ${everyMs}ms }]`,
    ...(malfunctions === undefined
      ? []
      : [`chaos: [{ id: wear, at: chaos, for: ${days}d, fault: malfunctions }]`]),
  ].join('\n');

/** Its presence says that the data set is whole, so it is written last. */
const SUMS = 'SHA256SUMS';

function writePapers(folder: string, plan: Plan, data: DataSet): void {
  const papers = [
    writeDataText(folder, 'plan.json', `${JSON.stringify(plan)}\n`),
    writeDataText(folder, 'README.md', dataSetCard(data, { version: version() })),
    writeDataText(folder, 'croissant.json', croissant(data, { version: version() })),
  ];
  const all = [...data.tables.flatMap(({ files }) => files), ...papers];
  const sums = all.map(({ path, sha256 }) => `${sha256}  ${path}\n`).sort();
  writeDataText(folder, SUMS, sums.join(''));
}

/** Whether there is such a license nobody looks up: new ones come. */
function spdx(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(name)) return name;
  const hint = 'such as CC-BY-4.0, see https://spdx.org/licenses';
  throw new AuthorError([{ code: 'flag', message: `--license ${name} is no name of SPDX`, hint }]);
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');

function progressLine(done: number, all: number, seconds: number): string {
  const rate = done / seconds;
  const left = Math.ceil((all - done) / rate);
  const share = `${Math.floor((100 * done) / all)} %  ${count(done)} of ${count(all)} rows`;
  return `${share}, ${count(rate)} rows/s, ${left} s left`;
}

function formatOf(name: string): Format {
  const format = FORMATS.find(({ kind }) => kind === name);
  if (format !== undefined) return format;
  const known = FORMATS.map(({ kind }) => kind);
  const hint = meantHint(name, known, `known: ${known.join(', ')}`);
  throw new AuthorError([{ code: 'flag', message: `--format ${name} is no format`, hint }]);
}

function startOf(text: string): number {
  const at = instantIn(text);
  if (at !== undefined) return at;
  const message = `--start ${text} is no instant`;
  throw new AuthorError([{ code: 'flag', message, hint: 'such as 2026-01-01T08:00:00Z' }]);
}

/** One that broke off is written anew; whatever else lies in a folder is somebody's. */
function refuseOthers(host: Host, folder: string, out: string): void {
  const isWhole = host.exists(join(folder, SUMS));
  const isForeign =
    host.isDirectory(folder) &&
    !host.isDirectory(join(folder, 'data')) &&
    host.filesBelow(folder).length > 0;
  if (!isWhole && !isForeign) return;
  const message = `${out} holds ${isWhole ? 'another data set' : 'something else'}`;
  const hint = 'name a folder that is new or empty with --out';
  throw new AuthorError([{ code: 'exists', message, hint }]);
}
