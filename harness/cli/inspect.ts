/** `plan`, `validate`, `list`, `schema`: everything that looks and starts nothing. */
import type { Command } from 'commander';
import { loadCatalog } from '#harness';
import {
  AuthorError,
  type Catalog,
  EXIT,
  type Family,
  formatDuration,
  type Plan,
  type Plugin,
  writeParams,
} from '#kernel';
import { resultJsonSchema } from '#reports';
import { scenarioJsonSchema } from '#scenarios';
import { FAMILIES, wholeCatalog } from './families.ts';
import { scenarioFiles } from './files.ts';
import { addPlanFlags } from './flags.ts';
import type { Host } from './host.ts';
import { loadPlan, type RunFlags } from './load.ts';
import { paint, wantsColour } from './paint.ts';
import { sayError } from './say-error.ts';

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
      const { plan, catalog } = await loadPlan(host, file, options);
      host.stdout(
        options.json === true
          ? `${JSON.stringify(plan, null, 1)}\n`
          : describePlan(plan, catalog, wantsColour(host, host.stdoutIsTty)),
      );
    });
  program
    .command('validate <files...>')
    .description('check scenarios and say everything that is wrong with them')
    .action(async (files: string[]) => finish(await validate(host, files)));
  program
    .command('list [what]')
    .description(`what there is: ${listable().join(', ')}`)
    .action(async (what: string | undefined) => list(host, what));
  program
    .command('schema')
    .description('JSON Schema of scenario files')
    .option('--result', 'of result.json instead')
    .action(async (options: { result?: boolean }) => {
      const schema =
        options.result === true ? resultJsonSchema : scenarioJsonSchema(await wholeCatalog());
      host.stdout(`${JSON.stringify(schema, null, 2)}\n`);
    });
}

async function validate(host: Host, files: readonly string[]): Promise<number> {
  let code: number = EXIT.pass;
  const catalog = await wholeCatalog();
  for (const file of scenarioFiles(host, files)) {
    try {
      const { plan } = await loadPlan(host, file, {}, catalog);
      host.stdout(
        `${file}  ok  ${plan.devices.length} devices, ${plan.faults.length} fault${plan.faults.length === 1 ? '' : 's'}, ${plan.bounds.messages} messages\n`,
      );
    } catch (error) {
      code = sayError(host, error);
    }
  }
  return code;
}

const SCENARIOS = 'scenarios';
const listable = (): string[] => [...FAMILIES.map(({ plural }) => plural), SCENARIOS];

async function list(host: Host, what: string | undefined): Promise<void> {
  const { strong } = paint(wantsColour(host, host.stdoutIsTty));
  const say = (title: string, rows: Iterable<Plugin & { title?: string }>): void => {
    host.stdout(`${strong(title)}\n`);
    const all = [...rows];
    const width = Math.max(22, ...all.map(({ kind }) => kind.length));
    for (const row of all)
      host.stdout(`  ${row.kind.padEnd(width)} ${row.summary ?? row.title ?? ''}\n`);
  };
  const wanted: Family[] = FAMILIES.filter(
    ({ plural, also }) => what === undefined || what === plural || also.includes(what),
  );
  if (wanted.length === 0 && what !== SCENARIOS) {
    const message = `there is nothing called '${what}' to list`;
    throw new AuthorError([{ code: 'list', message, hint: listable().join(', ') }]);
  }
  const catalog = await loadCatalog(wanted);
  for (const family of wanted) {
    const kinds = catalog.of(family);
    if (kinds.size > 0 || what !== undefined) say(family.plural, kinds.values());
  }
  if (what === undefined || what === SCENARIOS) say(SCENARIOS, libraryOf(host));
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

function describePlan(plan: Plan, catalog: Catalog, colour: boolean): string {
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
    ...plan.expect.map((wish) => `  ${wish.checker}  ${faint(wordsFor(wish, catalog))}`),
    ...plan.notes.map((note) => faint(`note: ${note}`)),
    '',
  ];
  return lines.join('\n');
}

/** Parameters as a person would write them. */
function wordsFor({ checker, params }: Plan['expect'][number], catalog: Catalog): string {
  const declared = catalog.words('checker')?.get(checker)?.params ?? {};
  return Object.entries(writeParams(declared, params))
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
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
