/**
 * Do sim and sockets agree on when? Each fault is run in both gears. For messages of the faulted
 * devices, intended while the fault lasted, the delay from intended to observed must agree within
 * 10 ms at the median, message by message, where nothing has to start again first. Where the fault
 * takes the connection, a device must lose it within one keep-alive of when it lost it in sim.
 *
 * Do they agree on what became of gateways, children and twins? `twins` holds them against each
 * other message by message and document by document (tests/gear-twins.ts).
 *
 * And each scenario of the library passes in both gears, with all of its faults effective; one that
 * the machine spoilt says so, and has shown nothing.
 *
 *   node bench/gears.ts [FAULT | twins | SCENARIO …]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Plan } from '#kernel';
import type { Result } from '#reports';
import { GEAR_FAULTS, type GearFault, gearScene, KEEP_ALIVE_MS } from '../tests/gear-faults.ts';
import { agreement, type TwinRun, twinScene } from '../tests/gear-twins.ts';
import type { LedgerLine as Line } from '../tests/sandbox.ts';
import { spoiltBy } from '../tests/spoilt.ts';
import { chosen } from './arguments.ts';

const DELAY_MS = 10;
/** Sites of a region in the fleet whose twins are compared, and differences that are told of it. */
const SITES = 3;
const TOLD_MAX = 10;

const LIBRARY = join(import.meta.dirname, '..', 'scenarios', 'library');

const textOf = (file: string): string => readFileSync(join(LIBRARY, file), 'utf8');

/** The machine spoilt a run, which has shown nothing. */
class Spoilt extends Error {}

interface Try {
  name: string;
  make(): void;
}

const tries: Try[] = [
  ...GEAR_FAULTS.map((one): Try => ({ name: one.fault, make: () => compare(one) })),
  { name: 'twins', make: twins },
  ...readdirSync(LIBRARY)
    // Load lives in real time alone.
    .filter((file) => file.endsWith('.yaml') && !/^load:/m.test(textOf(file)))
    .map((file): Try => ({ name: basename(file, '.yaml'), make: () => passes(file) })),
];

const folder = mkdtempSync(join(tmpdir(), 'twinstorm-gears-'));
for (const one of chosen(tries, ({ name }) => name, process.argv.slice(2))) {
  try {
    one.make();
  } catch (error) {
    if (!(error instanceof Spoilt)) throw error;
    process.exitCode = 1;
    process.stdout.write(`SPOILT   ${one.name.padEnd(20)} ${error.message}\n`);
  }
}
rmSync(folder, { recursive: true, force: true });

/** A scenario of the library in both gears, or in the one that can hold its target. */
function passes(file: string): void {
  const isReal = /^gear: real$/m.test(readFileSync(join(LIBRARY, file), 'utf8'));
  for (const gear of isReal ? (['real'] as const) : (['sim', 'real'] as const)) {
    const out = join(folder, `library-${file}-${gear}`);
    const flags = ['--gear', gear, '--out', out, '--quiet'];
    const { status, stdout, stderr } = command('run', join(LIBRARY, file), ...flags);
    const result = existsSync(join(out, 'result.json')) ? resultOf(out) : null;
    const faults = result?.faults ?? [];
    const spoilt = result === null ? null : spoiltBy(result);
    const idle = faults.filter(({ effective }) => effective !== true).map(({ id }) => id);
    const passed = status === 0 && idle.length === 0;
    if (!passed) process.exitCode = 1;
    const name = `${basename(file, '.yaml').padEnd(20)} ${gear.padEnd(4)}`;
    const told = `${faults.length} faults effective`;
    const said = idle.length > 0 ? `no effect: ${idle.join(', ')}` : `${stdout}${stderr}`.trim();
    const [word, what] = passed ? ['passes', told] : spoilt ? ['SPOILT', spoilt] : ['FAILS', said];
    process.stdout.write(`${word.padEnd(7)}  ${name}  ${what}\n`);
    rmSync(out, { recursive: true, force: true });
  }
}

function resultOf(out: string): Result {
  return JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
}

function compare(fault: GearFault): void {
  const file = join(folder, `${fault.fault}.yaml`);
  writeFileSync(file, gearScene(fault));
  const played = (gear: 'sim' | 'real'): Play => play(file, gear, 'observed', 'offline');
  const [sim, real] = [played('sim'), played('real')];
  const delays = differences(delaysOf(sim), delaysOf(real));
  const cuts = differences(cutsOf(sim), cutsOf(real));
  const [delay, cut] = [quantile(delays, 0.5), Math.max(0, ...cuts)];
  const inTime = !fault.alike || (delay <= DELAY_MS && delays.length > 0);
  const agrees = inTime && cut <= KEEP_ALIVE_MS && cuts.length > 0 === fault.drops;
  if (!agrees) process.exitCode = 1;
  const most = quantile(delays, 0.9).toFixed(1);
  const middle = delay.toFixed(1);
  const delayed = `${delays.length} delays differ by ${middle} ms at the median, ${most} at p90`;
  const dropped = `${cuts.length} disconnects differ by ${(cut / 1000).toFixed(2)} s at most`;
  process.stdout.write(
    `${agrees ? 'agrees' : 'DIFFERS'}  ${fault.fault.padEnd(10)} ${delayed}; ${dropped}\n`,
  );
}

function twins(): void {
  const file = join(folder, 'twins.yaml');
  writeFileSync(file, twinScene(SITES));
  const { compared, differences } = agreement(leftBy(file, 'sim'), leftBy(file, 'real'));
  if (differences.length > 0) process.exitCode = 1;
  const word = differences.length === 0 ? 'agrees' : 'DIFFERS';
  const all = [...compared.values()].reduce((sum, count) => sum + count, 0);
  const told = [`${all} things, of which ${differences.length} differ`];
  for (const one of differences.slice(0, TOLD_MAX)) told.push(`         ${one}`);
  process.stdout.write(`${word.padEnd(7)}  ${'twins'.padEnd(10)} ${told.join('\n')}\n`);
}

function leftBy(file: string, gear: 'sim' | 'real'): TwinRun {
  const { plan, lines, out } = play(file, gear);
  return { plan, lines, store: join(out, 'store.sqlite') };
}

interface Play {
  out: string;
  plan: Plan;
  lines: Line[];
}

/** All of its ledger where no ops are named. */
function play(file: string, gear: 'sim' | 'real', ...ops: string[]): Play {
  const out = `${file}-${gear}`;
  const { status, stderr } = command('run', file, '--gear', gear, '--out', out, '--quiet');
  const judged = existsSync(join(out, 'result.json')) ? resultOf(out) : null;
  const spoilt = judged === null ? null : spoiltBy(judged);
  if (spoilt !== null) throw new Spoilt(spoilt);
  if (status !== 0) throw new Error(`${file} in ${gear}: exit ${status}\n${stderr}`);
  const text = twinstorm('ledger', out, ...ops.flatMap((op) => ['--op', op]));
  const lines = text.split('\n').filter((line) => line !== '');
  return {
    out,
    plan: JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8')) as Plan,
    lines: lines.map((line) => JSON.parse(line) as Line),
  };
}

/** From intended to first observed, of the faulted devices' readings while the fault lasted. */
function delaysOf({ plan, lines }: Play): Map<string, number> {
  const [fault] = plan.faults;
  const delays = new Map<string, number>();
  for (const index of fault?.devices ?? []) {
    const device = plan.devices[index];
    if (fault === undefined || device === undefined) continue;
    const everyMs = plan.entries[device.entry]?.everyMs ?? 0;
    for (const { op, t, n = 0, ...line } of lines) {
      if (op !== 'observed' || line.device !== device.id || line.stream !== 'telemetry') continue;
      const intended = device.firstAt + n * everyMs;
      const key = `${device.id} ${n}`;
      if (intended < fault.from || intended >= fault.to) continue;
      if (!delays.has(key)) delays.set(key, t - intended);
    }
  }
  return delays;
}

/** When each device first lost its connection, before the run took it. */
function cutsOf({ plan, lines }: Play): Map<string, number> {
  const end = plan.phases.find(({ name }) => name === 'drain')?.from ?? 0;
  const cuts = new Map<string, number>();
  for (const { op, t, device = '' } of lines)
    if (op === 'offline' && t < end && !cuts.has(device)) cuts.set(device, t);
  return cuts;
}

/** Of what both gears have; what only one has is a difference without bound. */
function differences(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number[] {
  const keys = new Set([...a.keys(), ...b.keys()]);
  return [...keys].map((key) => Math.abs((a.get(key) ?? Infinity) - (b.get(key) ?? -Infinity)));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function twinstorm(...args: string[]): string {
  const { status, stdout, stderr } = command(...args);
  if (status !== 0) throw new Error(`twinstorm ${args.join(' ')}: exit ${status}\n${stderr}`);
  return stdout;
}

function command(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['bin/twinstorm.js', ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
}
