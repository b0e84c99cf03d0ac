/**
 * `generate`: a labelled data set of a scenario, or of a kind of device alone, without a network and
 * much faster than time.
 */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { FORMATS, type Format, generate, writeDataText } from '#harness';
import { AuthorError, type DataSet, instantIn, isoOf, meantHint, type Plan } from '#kernel';
import { croissant, dataSetCard } from '#reports';
import { addDataFlags, type RunFlags } from './flags.ts';
import type { Host } from './host.ts';
import { loadPlan } from './load.ts';
import { againLine } from './replay-line.ts';
import { version } from './version.ts';

interface GenerateFlags extends RunFlags {
  out?: string;
  format: string;
  start: string;
  truth?: boolean;
  quiet?: boolean;
}

/** The models' day begins at eight where nobody says otherwise. */
const START = '2026-01-01T08:00:00Z';

const EXAMPLES = `
Examples
  twinstorm generate scenarios/library/leaking-fridges.yaml --out data
  twinstorm generate my.yaml --devices 100 --seed 7 --format csv --out data
  twinstorm generate my.yaml --truth --out data        with the true state beside what was measured`;

export function addGenerateCommand(program: Command, host: Host): void {
  addDataFlags(
    program
      .command('generate <scenario>')
      .description('make a labelled data set of a scenario, without a network'),
  )
    .requiredOption('--out <dir>', 'folder of the data set, new or empty')
    .option('--format <format>', FORMATS.map(({ kind }) => kind).join(', '), 'parquet')
    .option('--start <instant>', 'when the scenario begins, in UTC', START)
    .option('--truth', 'the true state as well, and what it would be without faults')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: GenerateFlags) => run(host, file, flags));
}

async function run(host: Host, file: string, flags: GenerateFlags): Promise<void> {
  const format = formatOf(flags.format);
  const zeroAt = startOf(flags.start);
  const folder = resolve(host.cwd, flags.out ?? '');
  if (host.exists(join(folder, SUMS))) throw new AuthorError([taken(flags.out ?? '')]);
  const { plan, catalog } = await loadPlan(host, file, { ...flags, gear: 'sim' });
  const began = host.seconds();
  let told = began;
  const made = generate({
    ...{ plan, catalog, format, folder, zeroAt },
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
  });
  const files = made.tables.flatMap((table) => table.files).length;
  host.stdout(
    `${count(made.rows)} rows of ${count(made.devices)} devices, ${count(made.events.length)} events, in ${files} files; ${count(made.rows / took)} rows/s\n`,
  );
}

/** Its presence says that the data set is whole, so it is written last. */
const SUMS = 'SHA256SUMS';

function writePapers(folder: string, plan: Plan, data: DataSet): void {
  const papers = [
    writeDataText(folder, 'plan.json', `${JSON.stringify(plan)}\n`),
    writeDataText(folder, 'README.md', dataSetCard(data, { version: version() })),
    writeDataText(folder, 'croissant.json', croissant(data)),
  ];
  const all = [...data.tables.flatMap(({ files }) => files), ...papers];
  const sums = all.map(({ path, sha256 }) => `${sha256}  ${path}\n`).sort();
  writeDataText(folder, SUMS, sums.join(''));
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');

function progressLine(done: number, all: number, seconds: number): string {
  const rate = done / seconds;
  const left = Math.ceil((all - done) / rate);
  return `${Math.floor((100 * done) / all)} %  ${count(done)} of ${count(all)} rows, ${count(rate)} rows/s, ${left} s left`;
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

const taken = (out: string) => ({
  code: 'exists',
  message: `${out} holds another data set`,
  hint: 'name a folder that is new or empty with --out',
});
