/** `plan`, `validate`, `list`, `schema`, `ledger`: everything that looks and starts nothing. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Host, RunDirectory } from '#harness';
import {
  AuthorError,
  EXIT,
  formatDuration,
  nearestName,
  OP,
  type Plan,
  SegmentReader,
  type SegmentSource,
  STREAMS,
} from '#kernel';
import { resultJsonSchema } from '#reports';
import { scenarioJsonSchema } from '#scenarios';
import { expand } from './files.ts';
import { addPlanFlags } from './flags.ts';
import { loadPlan, loadShelf, type RunFlags } from './load.ts';
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
  addLedgerCommand(program, host);
}

function addLedgerCommand(program: Command, host: Host): void {
  program
    .command('ledger <run>')
    .description('print the ledger of a run, one JSON object a line')
    .option(
      '--op <op>',
      'only these entries (repeatable)',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--device <id>', 'only this device')
    .addHelpText(
      'after',
      '\nExample\n  twinstorm ledger reports/out/my-run --device fridges/north-1/17 --op sent --op acked\n',
    )
    .action((run: string, options: { op: string[]; device?: string }) =>
      printLedger(host, run, options),
    );
}

async function validate(host: Host, files: readonly string[]): Promise<number> {
  let code: number = EXIT.pass;
  const shelf = await loadShelf();
  const found = files.flatMap((file) => expand(host, file));
  if (found.length === 0) {
    throw new AuthorError([{ code: 'no-file', message: `no scenario matches ${files.join(' ')}` }]);
  }
  for (const file of found) {
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

function printLedger(host: Host, run: string, options: { op: string[]; device?: string }): void {
  const directory = new RunDirectory(resolve(host.cwd, run));
  const plan = directory.readPlan();
  refuseUnknown('op', options.op, Object.keys(OP));
  const ids = plan.devices.map((device) => device.id);
  refuseUnknown('device', options.device === undefined ? [] : [options.device], ids);
  const rows = directory.segments().flatMap(({ name, source }) => {
    const reader = openSegment(host, name, source);
    return reader === null ? [] : [{ name, reader, entry: reader.next() }];
  });
  let out: string[] = [];
  for (;;) {
    let next: (typeof rows)[number] | null = null;
    for (const row of rows)
      if (row.entry !== null && (next === null || row.entry.t < (next.entry?.t ?? 0))) next = row;
    if (next === null || next.entry === null) break;
    const line = lineOf(plan, next.entry);
    const wanted =
      (options.op.length === 0 || options.op.includes(next.entry.op)) &&
      (options.device === undefined || line.device === options.device);
    if (wanted) out.push(JSON.stringify(line));
    next.entry = next.reader.next();
    if (out.length >= 1000) {
      host.stdout(`${out.join('\n')}\n`);
      out = [];
    }
  }
  if (out.length > 0) host.stdout(`${out.join('\n')}\n`);
  for (const { name, reader } of rows) {
    if (reader.tornBytes > 0)
      host.stderr(`${name}: ${reader.tornBytes} bytes at the end are torn and were left out\n`);
  }
}

/** What a crash or a bad disk left of a segment must not hide the others. */
function openSegment(host: Host, name: string, source: SegmentSource): SegmentReader | null {
  try {
    return new SegmentReader(source);
  } catch (error) {
    const reason = (error as Error).message.replace('broken invariant: ', '');
    host.stderr(`${name}: left out, it cannot be read (${reason})\n`);
    return null;
  }
}

function refuseUnknown(what: string, given: readonly string[], legal: readonly string[]): void {
  const problems = given
    .filter((name) => !legal.includes(name))
    .map((name) => {
      const near = nearestName(name, legal);
      const hint =
        near === undefined ? `known: ${legal.slice(0, 8).join(', ')} …` : `did you mean '${near}'?`;
      return {
        code: `unknown-${what}`,
        message: `there is no ${what} '${name}' in this run`,
        hint,
      };
    });
  if (problems.length > 0) throw new AuthorError(problems);
}

/** One entry for people and scripts: times in milliseconds since the run's start. */
function lineOf(
  plan: Plan,
  entry: NonNullable<ReturnType<SegmentReader['next']>>,
): Record<string, unknown> {
  const device = plan.devices[entry.device];
  const t = entry.t / 1000;
  const line: Record<string, unknown> = { t };
  if (device !== undefined) Object.assign(line, { lane: device.lane, device: device.id });
  line.op = entry.op;
  if (entry.stream >= 0) {
    line.stream = STREAMS[entry.stream];
    line.n = entry.n;
    const own = plan.entries[device?.entry ?? -1];
    const planned =
      entry.stream === 0 && device !== undefined && own !== undefined
        ? device.firstAt + entry.n * own.everyMs
        : null;
    const intended = entry.op === 'sent' ? (entry.t - entry.a) / 1000 : planned;
    if (intended !== null) line.intended = intended;
    if (entry.op === 'sent') line.sent = t;
    if (entry.op === 'acked') line.acked = t;
    if (entry.op === 'observed' || entry.op === 'received') line.observed = t;
    if (['sent', 'observed', 'received'].includes(entry.op)) {
      Object.assign(line, {
        qos: entry.flags & 3,
        resend: (entry.flags & 4) !== 0,
        retain: (entry.flags & 8) !== 0,
        dup: (entry.flags & 16) !== 0,
      });
    } else if (own !== undefined) line.qos = own.qos;
    if (['sent', 'observed', 'received', 'stored', 'retained'].includes(entry.op))
      line.hash = entry.hash.toString(16).padStart(8, '0');
  }
  if (entry.text !== '') line.text = entry.text;
  if (entry.stream < 0 && (entry.a !== 0 || entry.b !== 0))
    Object.assign(line, { a: entry.a, b: entry.b });
  if (entry.op === 'probe' || entry.op === 'observer') line.n = entry.n;
  return line;
}
