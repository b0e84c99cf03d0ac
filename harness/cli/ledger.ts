/**
 * `ledger`: a run's ledger as JSON lines, all segments merged by time. It is what a person checks
 * the judge with, so it knows nothing of oracles and checkers.
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { RunDirectory } from '#harness';
import {
  AuthorError,
  knownHint,
  OP,
  type OpName,
  type Plan,
  SegmentReader,
  type SegmentSource,
  STREAMS,
  sampleAt,
} from '#kernel';
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
    .map((name) => ({
      code: `unknown-${what}`,
      message: `there is no ${what} '${name}' in this run`,
      ...knownHint(name, legal),
    }));
  if (problems.length > 0) throw new AuthorError(problems);
}

const HASHED: readonly OpName[] = ['sent', 'observed', 'received', 'garbled', 'stored', 'retained'];

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
    const isNumbered = entry.op !== 'garbled' || entry.b === 1;
    if (isNumbered) line.n = entry.n;
    const own = plan.entries[device?.entry ?? -1];
    const planned =
      entry.stream === 0 && isNumbered && device !== undefined && own !== undefined
        ? sampleAt(own, device, entry.n)
        : null;
    const intended = entry.op === 'sent' ? (entry.t - entry.a) / 1000 : planned;
    if (intended !== null) line.intended = intended;
    if (entry.op === 'sent') line.sent = t;
    if (entry.op === 'acked') line.acked = t;
    if (['observed', 'received', 'garbled'].includes(entry.op)) line.observed = t;
    if (['sent', 'observed', 'received', 'garbled'].includes(entry.op)) {
      Object.assign(line, {
        qos: entry.flags & 3,
        resend: (entry.flags & 4) !== 0,
        retain: (entry.flags & 8) !== 0,
        dup: (entry.flags & 16) !== 0,
      });
    } else if (own !== undefined) line.qos = own.qos;
    if (HASHED.includes(entry.op)) line.hash = entry.hash.toString(16).padStart(8, '0');
  }
  if (entry.text !== '') line.text = entry.text;
  if (entry.stream < 0 && (entry.a !== 0 || entry.b !== 0))
    Object.assign(line, { a: entry.a, b: entry.b });
  if (entry.op === 'probe' || entry.op === 'observer') line.n = entry.n;
  return line;
}
