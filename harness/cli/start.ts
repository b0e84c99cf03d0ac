/** `init`, `doctor`, `heal`: before the first run, before a large one, and after a crash. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { healLeftovers } from '#harness';
import { AuthorError, EXIT, WorldError } from '#kernel';
import { carryingCapacity, realComponents } from './doctor.ts';
import { count, NO_CALIBRATION } from './flags.ts';
import type { Host } from './host.ts';
import { estimateLines, estimateOf, usualLoads } from './load-estimate.ts';
import { measureMachine } from './measured-load.ts';
import { paint, wantsColour } from './paint.ts';
import { CI_WORKFLOW, firstScenario } from './templates.ts';

export function addStartCommands(
  program: Command,
  host: Host,
  finish: (code: number) => void,
): void {
  program
    .command('init [dir]')
    .description('write a commented first scenario and a CI workflow')
    .option('--force', 'overwrite what is there')
    .action((dir: string | undefined, options: { force?: boolean }) =>
      init(host, dir ?? '.', options.force === true),
    );
  program
    .command('doctor')
    .description('what this machine can carry, and what is missing')
    .option('--devices <n>', 'say whether this many are possible', count('--devices'))
    .option('--no-calibration', NO_CALIBRATION)
    .action(async (options: DoctorOptions) => finish(await doctor(host, options)));
  program
    .command('heal')
    .description('clean up what crashed runs left behind')
    .action(async () => {
      const healed = await healLeftovers();
      for (const line of healed) host.stdout(`${line}\n`);
      if (healed.length === 0) host.stdout('nothing is left behind\n');
    });
}

interface DoctorOptions {
  devices?: number;
  calibration: boolean;
}

function init(host: Host, dir: string, force: boolean): void {
  const files: [string, string][] = [
    [resolve(host.cwd, dir, 'scenarios/first.yaml'), firstScenario],
    [resolve(host.cwd, dir, '.github/workflows/twinstorm.yml'), CI_WORKFLOW],
  ];
  const there = files.filter(([path]) => host.exists(path));
  if (there.length > 0 && !force) {
    throw new AuthorError(
      there.map(([path]) => ({
        code: 'exists',
        message: `${path} is there already`,
        hint: 'overwrite it with --force',
      })),
    );
  }
  for (const [path, text] of files) {
    writeNew(host, path, text);
    host.stdout(`wrote ${path}\n`);
  }
  host.stdout('\nnext:  twinstorm run scenarios/first.yaml\n');
}

function writeNew(host: Host, path: string, text: string): void {
  try {
    host.write(path, text);
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    throw new WorldError(error.code, error.message, 'name another folder: twinstorm init <dir>');
  }
}

async function doctor(
  host: Host,
  { devices: wanted, calibration }: DoctorOptions,
): Promise<number> {
  const { good, bad, warn, strong, faint } = paint(wantsColour(host, host.stdoutIsTty));
  const measured = calibration ? await measureMachine() : null;
  const machine = measured !== null && 'messageUs' in measured ? measured : null;
  const capacity = await carryingCapacity(host, machine);
  host.stdout(`${strong('this machine')}\n`);
  for (const row of capacity.rows) {
    host.stdout(`  ${row.name.padEnd(22)} ${row.found.padEnd(16)} ${faint(row.means)}\n`);
  }
  if (measured !== null && 'unmeasured' in measured) {
    host.stdout(
      `  ${'processor time'.padEnd(22)} ${warn(`not measured: ${measured.unmeasured}`)}\n`,
    );
  }
  host.stdout(
    `  ${strong(`carries about ${capacity.devices} devices`)}, bounded by ${capacity.boundBy}\n\n`,
  );
  host.stdout(`${strong('real components')} (each optional)\n`);
  for (const part of await realComponents(host)) {
    const mark = part.path === null ? warn('missing') : good('found  ');
    host.stdout(`  ${mark}  ${part.name.padEnd(18)} ${part.path ?? part.bring}\n`);
  }
  if (wanted === undefined) return EXIT.pass;
  if (wanted <= capacity.devices) {
    host.stdout(`\n${good('yes')}  ${wanted} devices fit\n`);
    return EXIT.pass;
  }
  host.stdout(`\n${bad('no')}  ${wanted} devices do not fit: ${capacity.remedy}\n`);
  if (machine !== null) {
    const estimate = estimateOf(usualLoads(wanted), wanted, host.cores, machine);
    for (const line of estimateLines(estimate, host.cores, machine)) host.stdout(`    ${line}\n`);
  }
  return EXIT.invalid;
}
