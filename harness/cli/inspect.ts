/** `plan`, `validate`, `list`, `schema`: everything that looks and starts nothing. */
import type { Command } from 'commander';
import { AuthorError, EXIT, formatDuration, type Plan } from '#kernel';
import { resultJsonSchema } from '#reports';
import { scenarioJsonSchema } from '#scenarios';
import { scenarioFiles } from './files.ts';
import { addPlanFlags } from './flags.ts';
import type { Host } from './host.ts';
import { loadPlan, type RunFlags } from './load.ts';
import { paint, wantsColour } from './paint.ts';
import { sayError } from './say-error.ts';
import { loadShelf } from './shelf.ts';

export function addInspectCommands(
  program: Command,
  host: Host,
  finish: (code: number) => void,
): void {
  addPlanFlags(
    program
      .command('plan <file>')
      .description('print the resolved timeline and roster; start nothing'),
  )
    .option('--json', 'print plan.json')
    .action(async (file: string, options: RunFlags & { json?: boolean }) => {
      const { plan } = await loadPlan(host, file, options);
      host.stdout(
        options.json === true
          ? `${JSON.stringify(plan, null, 1)}\n`
          : describePlan(plan, wantsColour(host, host.stdoutIsTty)),
      );
    });
  program
    .command('validate <files...>')
    .description('check scenarios and say everything that is wrong with them')
    .action(async (files: string[]) => finish(await validate(host, files)));
  program
    .command('list [what]')
    .description('what there is: devices, faults, checkers, mutants, reports, scenarios')
    .action(async (what: string | undefined) => list(host, what));
  program
    .command('schema')
    .description('JSON Schema of scenario files')
    .option('--result', 'of result.json instead')
    .action(async (options: { result?: boolean }) => {
      const shelf = await loadShelf();
      const schema =
        options.result === true
          ? resultJsonSchema
          : scenarioJsonSchema({
              models: [...shelf.models.values()],
              faults: [...shelf.faults.values()],
              checkers: [...shelf.checkers.values()],
            });
      host.stdout(`${JSON.stringify(schema, null, 2)}\n`);
    });
}

async function validate(host: Host, files: readonly string[]): Promise<number> {
  let code: number = EXIT.pass;
  const shelf = await loadShelf();
  for (const file of scenarioFiles(host, files)) {
    try {
      const { plan } = await loadPlan(host, file, {}, shelf);
      host.stdout(
        `${file}  ok  ${plan.devices.length} devices, ${plan.faults.length} fault${plan.faults.length === 1 ? '' : 's'}, ${plan.bounds.messages} messages\n`,
      );
    } catch (error) {
      code = sayError(host, error);
    }
  }
  return code;
}

async function list(host: Host, what: string | undefined): Promise<void> {
  const shelf = await loadShelf();
  const say = (
    title: string,
    rows: Iterable<{ kind: string; summary?: string; title?: string }>,
  ): void => {
    host.stdout(`${paint(wantsColour(host, host.stdoutIsTty)).strong(title)}\n`);
    for (const row of rows)
      host.stdout(`  ${row.kind.padEnd(22)} ${row.summary ?? row.title ?? ''}\n`);
  };
  const sections: Record<string, () => void> = {
    devices: () => say('devices', shelf.models.values()),
    faults: () => say('faults', shelf.faults.values()),
    checkers: () => say('checkers', shelf.checkers.values()),
    mutants: () => say('mutants', shelf.mutants.values()),
    reports: () => say('reports', shelf.reporters.values()),
    scenarios: () => say('scenarios', libraryOf(host)),
  };
  if (what !== undefined && sections[what] === undefined) {
    throw new AuthorError([
      {
        code: 'list',
        message: `there is nothing called '${what}' to list`,
        hint: Object.keys(sections).join(', '),
      },
    ]);
  }
  for (const [name, show] of Object.entries(sections))
    if (what === undefined || what === name) show();
}

/** The library's scenarios with their `about` lines. */
function libraryOf(host: Host): { kind: string; summary: string }[] {
  return libraryFolders()
    .filter((folder) => host.isDirectory(folder))
    .slice(0, 1)
    .flatMap((folder) => host.filesBelow(folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => {
      const about = /^about:\s*(.*)$/m.exec(host.readText(file))?.[1] ?? '';
      return {
        kind:
          file
            .split('/')
            .at(-1)
            ?.replace(/\.yaml$/, '') ?? '',
        summary: about.replace(/^["'>-]+\s*|["']$/g, ''),
      };
    });
}

/** In the repository beside harness/, in the package beside dist/. */
export function libraryFolders(): string[] {
  return ['../../scenarios/library', '../../../scenarios/library'].map(
    (up) => new URL(up, import.meta.url).pathname,
  );
}

function describePlan(plan: Plan, colour: boolean): string {
  const { strong, faint } = paint(colour);
  const lines = [
    `${strong(plan.scenario.name)}  seed ${plan.seed}  ${plan.gear} gear  target ${plan.target.name}`,
    plan.scenario.about,
    '',
    strong('timeline'),
    ...timelineOf(plan).map(([at, text]) => `  ${formatDuration(at).padStart(8)}  ${text}`),
    '',
    strong(`fleet  ${plan.devices.length} devices, ${plan.bounds.messages} intended messages`),
    ...plan.entries.map((entry, index) => {
      const devices = plan.devices.filter((device) => device.entry === index);
      return `  ${entry.id.padEnd(20)} ${String(devices.length).padStart(6)} × ${entry.model}, every ${formatDuration(entry.everyMs)}, QoS ${entry.qos}, ${entry.session} session  ${faint(devices[0]?.id ?? '')}`;
    }),
    '',
    strong('cohorts'),
    ...plan.cohorts.map(
      (cohort) =>
        `  ${cohort.id.padEnd(12)} ${String(cohort.devices).padStart(6)}  ${cohort.profile?.name ?? 'no profile'}  ${cohort.faults.join(', ') || 'no link fault'}`,
    ),
    '',
    strong('expectations'),
    ...plan.expect.map((wish) => `  ${wish.checker}  ${faint(wordsFor(wish.params))}`),
    ...plan.notes.map((note) => faint(`note: ${note}`)),
    '',
  ];
  return lines.join('\n');
}

/** Parameters as a person would write them, as far as their names tell the unit. */
function wordsFor(params: Plan['expect'][number]['params']): string {
  const isTime = /^(?:p50|p90|p99|p999|max|within)$/;
  return Object.entries(params)
    .map(([name, value]) => {
      if (typeof value === 'number' && isTime.test(name)) return `${name} ${formatDuration(value)}`;
      if (name === 'share' && typeof value === 'number') return `share ${value * 100} %`;
      return `${name} ${value}`;
    })
    .join(', ');
}

function timelineOf(plan: Plan): [number, string][] {
  const rows: [number, string][] = plan.phases.map((phase) => [phase.from, phase.name]);
  for (const fault of plan.faults) {
    rows.push([
      fault.from,
      `${fault.id}: ${fault.fault} on ${fault.devices.length} devices begins`,
    ]);
    rows.push([fault.to, `${fault.id} heals`]);
  }
  rows.push([plan.phases.at(-1)?.to ?? 0, 'final read']);
  return rows.sort((a, b) => a[0] - b[0]);
}
