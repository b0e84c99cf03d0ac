/**
 * `ledger`: a run's ledger as JSON lines, all segments merged by time. It is what a person checks
 * the judge with, so it knows nothing of oracles and checkers.
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { RunDirectory } from '#harness';
import {
  AuthorError,
  damageText,
  dueAt,
  FLAG,
  knownHint,
  type LedgerEntry,
  type MessageEntry,
  OPS,
  opTable,
  type Plan,
  SegmentReader,
  type SegmentSource,
  streamOf,
} from '#kernel';
import type { Environment } from '#reports';
import { collect } from './flags.ts';
import type { Host } from './host.ts';

export function addLedgerCommand(program: Command, host: Host): void {
  program
    .command('ledger <run>')
    .description('print the ledger of a run, one JSON object a line')
    .option('--op <op>', 'only these entries (repeatable)', collect, [])
    .option('--device <id>', 'only this device')
    .addHelpText(
      'after',
      '\nExample\n  twinstorm ledger my-run --device fridges/north-1/17 --op sent --op acked\n',
    )
    .action((run: string, options: { op: string[]; device?: string }) =>
      printLedger(host, run, options),
    );
}

function printLedger(host: Host, run: string, options: { op: string[]; device?: string }): void {
  const directory = new RunDirectory(resolve(host.cwd, run));
  const plan = directory.readPlan();
  refuseUnknown('op', options.op, [...Object.keys(OPS), ...plan.ops.map(({ name }) => name)]);
  const ids = plan.devices.map((device) => device.id);
  refuseUnknown('device', options.device === undefined ? [] : [options.device], ids);
  const rows = directory.segments().flatMap(({ name, source }) => {
    const reader = openSegment(host, plan, name, source);
    return reader === null ? [] : [{ name, reader, entry: reader.next() }];
  });
  const { zeroAt = null } = directory.readJson<Environment>('environment.json') ?? {};
  const clock = (ms: number): string | null => zeroAt && host.isoAfter(zeroAt, ms);
  let out: string[] = [];
  for (;;) {
    let next: (typeof rows)[number] | null = null;
    for (const row of rows)
      if (row.entry !== null && (next === null || row.entry.t < (next.entry?.t ?? 0))) next = row;
    if (next === null || next.entry === null) break;
    const line = lineOf(plan, next.entry, clock);
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
    for (const one of reader.damage) {
      host.stderr(`${name}: after ${(one.at / 1e6).toFixed(1)} s it ${damageText(one)}\n`);
    }
  }
}

/** What a crash or a bad disk left of a segment must not hide the others. */
function openSegment(
  host: Host,
  plan: Plan,
  name: string,
  source: SegmentSource,
): SegmentReader | null {
  try {
    return new SegmentReader(source, opTable(plan.ops));
  } catch (error) {
    host.stderr(`${name}: left out, it cannot be read: ${(error as Error).message}\n`);
    return null;
  }
}

function refuseUnknown(what: string, given: readonly string[], legal: readonly string[]): void {
  const problems = given
    .filter((name) => !legal.includes(name))
    .map((name) => ({
      code: `unknown-${what}`,
      message: `there is no ${what} '${name}' in this run`,
      ...knownHint(name, legal),
    }));
  if (problems.length > 0) throw new AuthorError(problems);
}

/**
 * One entry for people and scripts: times in milliseconds since the run's start, and where that is
 * known also by the machine's clock.
 */
function lineOf(
  plan: Plan,
  entry: LedgerEntry,
  clock: (ms: number) => string | null,
): Record<string, unknown> {
  const device = plan.devices[entry.device];
  const line: Record<string, unknown> = { t: entry.t / 1000 };
  const at = clock(entry.t / 1000);
  if (at !== null) line.at = at;
  if (device !== undefined) Object.assign(line, { lane: device.lane, device: device.id });
  line.op = entry.op;
  if (!Object.hasOwn(OPS, entry.op)) return Object.assign(line, declaredOf(plan, entry));
  if ('stream' in entry) Object.assign(line, messageOf(plan, entry as MessageEntry));
  for (const [name, value] of Object.entries(entry)) {
    if (!TOLD_OTHERWISE.has(name) && value !== '') line[name] ??= value;
  }
  return line;
}

/** What every line begins with. */
const EVERYONES: ReadonlySet<string> = new Set(['t', 'op', 'device']);

/** Fields of our own entries that a line says in another form. */
const TOLD_OTHERWISE: ReadonlySet<string> = new Set([...EVERYONES, 'flags', 'late']);

/** The fields of an op that a capability declares, all of them, as they were written. */
function declaredOf(plan: Plan, entry: LedgerEntry): Record<string, unknown> {
  const forms = plan.ops.find(({ name }) => name === entry.op)?.fields ?? {};
  const fields = Object.entries(entry).filter(([name]) => !EVERYONES.has(name));
  return Object.fromEntries(
    fields.map(([name, value]) => [
      name,
      forms[name] === 'stream' ? (streamOf(plan, value)?.name ?? value) : value,
    ]),
  );
}

/** What a message is called, when it was due, and what became of it at this instant. */
function messageOf(plan: Plan, entry: MessageEntry): Record<string, unknown> {
  const { op, device, n } = entry;
  const t = entry.t / 1000;
  const stream = streamOf(plan, entry.stream);
  const isNumbered = op !== 'garbled' || entry.numbered;
  const planned = stream === undefined || !isNumbered ? null : dueAt(plan, stream, device, n);
  const intended = op === 'sent' ? (entry.t - entry.late) / 1000 : planned;
  return {
    stream: stream?.name ?? entry.stream,
    n: isNumbered ? n : undefined,
    ...(intended === null ? {} : { intended }),
    ...(op in MOMENTS ? { [MOMENTS[op as keyof typeof MOMENTS]]: t } : {}),
    ...('flags' in entry
      ? {
          qos: entry.flags & 3,
          resend: (entry.flags & FLAG.resend) !== 0,
          retain: (entry.flags & FLAG.retain) !== 0,
          dup: (entry.flags & FLAG.dup) !== 0,
        }
      : { qos: stream?.qos ?? plan.entries[plan.devices[device]?.entry ?? -1]?.qos }),
    ...('hash' in entry ? { hash: entry.hash.toString(16).padStart(8, '0') } : {}),
  };
}

/** Under which name a script finds the instant of these. */
const MOMENTS = {
  sent: 'sent',
  acked: 'acked',
  observed: 'observed',
  received: 'observed',
  garbled: 'observed',
} as const;
