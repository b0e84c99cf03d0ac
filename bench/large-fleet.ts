/**
 * The large fleet, through `twinstorm run` on one Mosquitto: connect rate, memory per idle device,
 * throughput, lateness and latency; and beside it, in the same call, a plain loop of mqtt.js
 * clients doing the same, for the ratio. Everything is on loopback and bounded.
 *
 *   node bench/large-fleet.ts [devices]        needs mosquitto on the PATH
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment, Result } from '#reports';

interface Wish {
  name: string;
  unit: string;
  got: number;
  wanted: number;
  atLeast: boolean;
}

const devices = Number(process.argv[2] ?? 19_000);
const folder = mkdtempSync(join(tmpdir(), 'twinstorm-fleet-'));
const wishes: Wish[] = [];
const wish = (name: string, unit: string, got: number, wanted: number, atLeast: boolean): void => {
  wishes.push({ name, unit, got, wanted, atLeast });
};

const busy = await run('bench/fleet.yaml', devices);
const idle = await run('bench/idle.yaml', devices);
const empty = await run('bench/idle.yaml', 2);
measureBusy(busy);
wish('memory per idle device', 'KiB', memoryPerDevice(), 14, false);
report();
const whole = (idle.takenKiB - empty.takenKiB) / (devices - 2);
const said = `with broker and kernel, gave ${whole.toFixed(1)} KiB per idle device`;
process.stdout.write(`       the whole machine, ${said}\n`);
await compare();
rmSync(folder, { recursive: true, force: true });

interface Played {
  result: Result;
  environment: Environment;
  out: string;
  /** By how much the memory that the machine has left went down at most. */
  takenKiB: number;
}

async function run(file: string, count: number): Promise<Played> {
  const out = join(folder, `${file.replace(/\W/g, '-')}-${count}`);
  const args = [
    'bin/twinstorm.js',
    'run',
    file,
    '--devices',
    String(count),
    '--out',
    out,
    '--quiet',
  ];
  const before = availableKiB();
  let least = before;
  const watch = setInterval(() => {
    least = Math.min(least, availableKiB());
  }, 250);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const status = await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(watch);
  process.stdout.write(`${file} with ${count} devices: exit ${status}\n`);
  return {
    out,
    takenKiB: before - least,
    result: JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result,
    environment: JSON.parse(readFileSync(join(out, 'environment.json'), 'utf8')) as Environment,
  };
}

function availableKiB(): number {
  const text = readFileSync('/proc/meminfo', 'utf8');
  return Number(/^MemAvailable:\s+(\d+)/m.exec(text)?.[1] ?? Number.NaN);
}

function measureBusy({ result, out }: Played): void {
  const online: number[] = [];
  const late: number[] = [];
  let failed = 0;
  const from = result.phases.find((phase) => phase.name === 'chaos')?.from ?? 0;
  const to = result.phases.find((phase) => phase.name === 'chaos')?.to ?? 0;
  for (const line of ledger(out, ['online', 'connect-failed', 'sent'])) {
    const { op, t, intended } = JSON.parse(line) as { op: string; t: number; intended?: number };
    if (op === 'online') online.push(t);
    else if (op === 'connect-failed') failed++;
    else if (t >= from && t < to) late.push(t - (intended ?? t));
  }
  const span = (quantile(online, 0.98) - quantile(online, 0.02)) / 1000;
  const chaos = result.latency.find((row) => row.phase === 'chaos');
  wish('sessions', '', online.length, devices, true);
  wish('connect rate', '/s', (online.length * 0.96) / span, 2000, true);
  wish('failed handshakes', '', failed, 0, false);
  wish(
    'QoS 1 messages',
    '/s',
    (chaos?.count ?? 0) / ((to - from) / 1000),
    10_000 * (devices / 19_000),
    true,
  );
  wish('delivered', '%', (100 * result.messages.delivered) / result.messages.intended, 99.9, true);
  wish('lost', '', result.messages.lost, 0, false);
  wish('send lateness p99', 'ms', quantile(late, 0.99), 50, false);
  wish('latency p99', 'ms', chaos?.p99 ?? Number.NaN, 250, false);
}

/** What the shards hold more with a fleet than without one. */
function memoryPerDevice(): number {
  const resident = ({ environment }: Played): number =>
    environment.processes
      .filter(({ name }) => name.startsWith('shard'))
      .reduce((sum, { peakResidentMiB }) => sum + peakResidentMiB, 0);
  return ((resident(idle) - resident(empty)) * 1024) / (devices - 2);
}

function* ledger(out: string, ops: readonly string[]): Generator<string> {
  const args = ['bin/twinstorm.js', 'ledger', out, ...ops.flatMap((op) => ['--op', op])];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  for (const line of stdout.split('\n')) if (line !== '') yield line;
}

function report(): void {
  for (const { name, unit, got, wanted, atLeast } of wishes) {
    const holds = atLeast ? got >= wanted : got <= wanted;
    if (!holds) process.exitCode = 1;
    const figure = `${Math.round(got * 100) / 100}${unit === '' ? '' : ` ${unit}`}`;
    const bound = `${atLeast ? '≥' : '≤'} ${Math.round(wanted * 100) / 100}`;
    process.stdout.write(
      `${holds ? 'ok    ' : 'MISSED'} ${name.padEnd(24)} ${figure.padStart(16)}   wanted ${bound}\n`,
    );
  }
}

/** The light client against mqtt.js, by its own benchmark, so that one loop is kept and not two. */
function compare(): Promise<void> {
  const file = fileURLToPath(new URL('./light-client.ts', import.meta.url));
  process.stdout.write('\nthe light client beside a loop of mqtt.js clients\n');
  const child = spawn(process.execPath, ['--expose-gc', file], { stdio: 'inherit' });
  return new Promise((resolve) => child.on('exit', () => resolve()));
}

function quantile(values: number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
