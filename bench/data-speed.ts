/**
 * How fast data sets are made, in seconds of one core: without any output and to Parquet, the
 * median of several turns about; how much memory a large one takes; and how much faster than time
 * a fleet of ten thousand is. Devices of seven signals and six label columns, of which three in ten
 * go wrong.
 *
 *   node bench/data-speed.ts [--turns 3] [--large 20000000]
 *
 * Exits 1 where it is slower, or takes more, than it may.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countOf } from './arguments.ts';

const { values: options } = parseArgs({
  options: {
    turns: { type: 'string', default: '3' },
    large: { type: 'string', default: '20000000' },
  },
});
const [TURNS, LARGE] = [countOf(options.turns, 3), countOf(options.large, 20_000_000)];
/** Rows in a second of a core; the last is how much faster than time. */
const WANTED = { none: 1_000_000, parquet: 250_000, peakMiB: 512, speedUp: 250 } as const;
const MEASURE = join(import.meta.dirname, 'data-speed', 'measure.ts');
const [ROWS, DEVICES, EVERY_S] = [2_000_000, 100, 10] as const;

interface Took {
  rows: number;
  cpuSeconds: number;
  peakMiB: number;
}

const folder = mkdtempSync(join(tmpdir(), 'twinstorm-data-'));
let bad = 0;

const rates = { none: [] as number[], parquet: [] as number[] };
for (let turn = 0; turn < TURNS; turn++) {
  for (const format of ['none', 'parquet'] as const) {
    const { rows, cpuSeconds } = made(DEVICES, ROWS, format);
    rates[format].push(rows / cpuSeconds);
  }
}
for (const format of ['none', 'parquet'] as const) {
  const rate = median(rates[format]);
  const each = rates[format].map((one) => thousands(one)).join(', ');
  tell(
    rate >= WANTED[format],
    `${format}: ${thousands(rate)} rows in a second of a core (${each})`,
  );
}
const large = made(DEVICES, LARGE, 'parquet');
const memory = `${large.rows.toLocaleString('en-US')} rows held ${Math.round(large.peakMiB)} MiB`;
tell(large.peakMiB < WANTED.peakMiB, `${memory} at most`);
const fleet = made(10_000, ROWS, 'parquet');
const seconds = (fleet.rows / 10_000) * EVERY_S;
const speedUp = seconds / fleet.cpuSeconds;
tell(speedUp >= WANTED.speedUp, `10,000 devices every ${EVERY_S} s: ${Math.round(speedUp)}× time`);

rmSync(folder, { recursive: true, force: true });
process.exitCode = bad === 0 ? 0 : 1;

function made(devices: number, rows: number, format: string): Took {
  const hours = Math.ceil(((rows / devices) * EVERY_S) / 3600);
  const file = join(folder, 'fleet.yaml');
  const out = join(folder, 'out');
  writeFileSync(
    file,
    [
      'twinstorm: 1',
      'name: data-speed',
      'about: Pumps of which some go wrong.',
      'seed: 3',
      `time: { warmup: 0s, steady: 1s, chaos: ${hours}h, settle: 0s }`,
      `fleet: [{ model: pump, count: ${devices}, every: ${EVERY_S}s }]`,
      `chaos: [{ id: wear, at: chaos, for: ${hours}h, fault: malfunctions }]`,
      '',
    ].join('\n'),
  );
  const args = [MEASURE, file, format, out];
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const { status, stdout } = spawnSync(process.execPath, args, { stdio: [...stdio] });
  rmSync(out, { recursive: true, force: true });
  if (status !== 0) throw new Error(`measuring ended with ${status}`);
  return JSON.parse(String(stdout)) as Took;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function thousands(rate: number): string {
  return `${Math.round(rate / 1000)}k`;
}

function tell(isGood: boolean, what: string): void {
  if (!isGood) bad++;
  process.stdout.write(`${isGood ? 'ok ' : 'BAD'} ${what}\n`);
}
