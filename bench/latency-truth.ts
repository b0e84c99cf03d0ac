/**
 * Is the latency we print the latency there is? With a 200 ms latency fault, the median from
 * intended to observed of messages intended inside the window, less the cohort's steady median,
 * must be 200 ± 5 ms. The percentiles of the result must agree with a computation from `twinstorm
 * ledger`, and with the log of a plain `mosquitto_sub`.
 *
 *   node bench/latency-truth.ts [process:mosquitto]
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '#reports';
import { freePort } from '../harness/targets/tcp-ports.ts';

const DELAY_MS = 200;
const TOLERANCE_MS = 5;
/** The result's histogram has 128 buckets per doubling. */
const BUCKET = 1 / 128;

const folder = mkdtempSync(join(tmpdir(), 'twinstorm-latency-'));
const out = join(folder, 'run');
const port = await freePort();
const config = join(folder, 'mosquitto.conf');
writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
const broker = spawn('mosquitto', ['-c', config], { stdio: 'ignore' });
await pause(500);
const listener = listen();
await pause(300);
const args = [
  'run',
  'bench/latency.yaml',
  '--gear',
  'real',
  '--target',
  `mqtt://127.0.0.1:${port}`,
];
const twinstorm = spawn(process.execPath, ['bin/twinstorm.js', ...args, '--out', out, '--quiet'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
await new Promise((resolve) => twinstorm.on('exit', resolve));
listener.child.kill();
broker.kill();

interface Sample {
  device: string;
  n: number;
  intended: number;
  observed: number;
}

const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
const samples = samplesOf();
const fault = result.faults[0] ?? { from: 0, to: 0 };
const steady = result.phases.find((phase) => phase.name === 'steady') ?? { from: 0, to: 0 };
const slow = samples.filter((sample) => sample.device.includes('/slow-'));
const inside = median(slow.filter(within(fault.from, fault.to)).map(latency));
const before = median(slow.filter(within(steady.from, steady.to)).map(latency));
const excess = inside - before;
say(
  Math.abs(excess - DELAY_MS) <= TOLERANCE_MS,
  `median ${inside.toFixed(2)} ms inside, ${before.toFixed(2)} ms steady: ${excess.toFixed(2)} ms more (wanted ${DELAY_MS} ± ${TOLERANCE_MS})`,
);
for (const phase of ['steady', 'chaos', 'settle']) comparePhase(phase);
compareListener();
rmSync(folder, { recursive: true, force: true });

function comparePhase(name: string): void {
  const row = result.latency.find(({ phase }) => phase === name);
  const span = result.phases.find((phase) => phase.name === name);
  if (row === undefined || span === undefined) return say(false, `${name}: no row`);
  const values = samples
    .filter(within(span.from, span.to))
    .map(latency)
    .sort((a, b) => a - b);
  for (const [label, share] of [
    ['p50', 0.5],
    ['p90', 0.9],
    ['p99', 0.99],
  ] as const) {
    const ours = row[label] ?? Number.NaN;
    const theirs = values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;
    const agrees = Math.abs(ours - theirs) <= Math.max(0.002, theirs * BUCKET);
    say(
      agrees,
      `${name} ${label}: ${ours} ms in the result, ${theirs.toFixed(3)} ms from the ledger (${values.length} messages)`,
    );
  }
}

/**
 * A stranger's clock: the gaps between messages as mosquitto_sub saw them, against the ledger's.
 */
function compareListener(): void {
  const heard = new Map(listener.lines().map(([at, key]) => [key, at]));
  const pairs = samples.flatMap((sample) => {
    const at = heard.get(`${sample.device}#${sample.n}`);
    return at === undefined ? [] : [{ sample, offset: at - sample.observed }];
  });
  const origin = median(pairs.map(({ offset }) => offset));
  const theirs = pairs
    .map(({ sample, offset }) => latency(sample) + offset - origin)
    .sort((a, b) => a - b);
  const ours = pairs.map(({ sample }) => latency(sample)).sort((a, b) => a - b);
  say(
    pairs.length === samples.length,
    `mosquitto_sub heard ${pairs.length} of ${samples.length} messages`,
  );
  for (const share of [0.5, 0.9, 0.99]) {
    const at = Math.max(0, Math.ceil(ours.length * share) - 1);
    const difference = Math.abs((ours[at] ?? 0) - (theirs[at] ?? 0));
    say(
      difference <= 2,
      `p${share * 100} by mosquitto_sub differs by ${difference.toFixed(2)} ms (its stamps are whole microseconds of another process)`,
    );
  }
}

function listen(): { child: ChildProcess; lines(): [number, string][] } {
  let text = '';
  const child = spawn(
    'mosquitto_sub',
    ['-p', String(port), '-t', 'tw/#', '-q', '1', '-F', '%U %t %p'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return {
    child,
    lines: () =>
      text.split('\n').flatMap((line): [number, string][] => {
        const match = /^([\d.]+) tw\/[^/]+\/\d+\/(.+)\/telemetry \{"n":(\d+)/.exec(line);
        return match === null ? [] : [[Number(match[1]) * 1000, `${match[2]}#${match[3]}`]];
      }),
  };
}

function samplesOf(): Sample[] {
  const { stdout } = spawnSync(
    process.execPath,
    ['bin/twinstorm.js', 'ledger', out, '--op', 'observed'],
    { encoding: 'utf8', maxBuffer: 2 ** 30 },
  );
  const seen = new Set<string>();
  return stdout.split('\n').flatMap((line) => {
    if (line === '') return [];
    const row = JSON.parse(line) as Sample & { stream: string };
    const key = `${row.device}#${row.n}`;
    if (row.stream !== 'telemetry' || seen.has(key)) return [];
    seen.add(key);
    return [row];
  });
}

function latency(sample: Sample): number {
  return sample.observed - sample.intended;
}

function within(from: number, to: number): (sample: Sample) => boolean {
  return (sample) => sample.intended >= from && sample.intended < to;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function say(holds: boolean, text: string): void {
  if (!holds) process.exitCode = 1;
  process.stdout.write(`${holds ? 'ok    ' : 'MISSED'} ${text}\n`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
