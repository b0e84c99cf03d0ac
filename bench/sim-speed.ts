/**
 * How much faster than real time the sim gear is: one virtual hour of 200 devices at 10 s with
 * ledger, toxics, XState, ingest and a partition, through `twinstorm run`. Several runs, the median
 * counts.
 *
 *   node bench/sim-speed.ts [runs]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countOf } from './arguments.ts';

const WANTED = 350;
const runs = countOf(process.argv[2], 3);
const folder = mkdtempSync(join(tmpdir(), 'twinstorm-speed-'));
const ratios: number[] = [];
for (let k = 0; k < runs; k++) {
  const out = join(folder, String(k));
  const args = [
    'bin/twinstorm.js',
    'run',
    'bench/hour.yaml',
    '--gear',
    'sim',
    '--quiet',
    '--out',
    out,
  ];
  const began = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const wall = Number(process.hrtime.bigint() - began) / 1e9;
  const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as {
    phases: { to: number }[];
    messages: { intended: number };
  };
  const environment = JSON.parse(readFileSync(join(out, 'environment.json'), 'utf8')) as {
    processes: { cpuSeconds: number }[];
  };
  const virtual = (result.phases.at(-1)?.to ?? 0) / 1000;
  const cpu = environment.processes[0]?.cpuSeconds ?? Number.NaN;
  ratios.push(virtual / cpu);
  process.stdout.write(
    `run ${k + 1}: exit ${status}, ${result.messages.intended} messages, ${virtual.toFixed(0)} s of virtual time in ${cpu.toFixed(1)} s of one core (${(virtual / cpu).toFixed(0)}×); ${wall.toFixed(1)} s with planning, judging and reports\n`,
  );
}
rmSync(folder, { recursive: true, force: true });
const median = ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 0;
process.stdout.write(`median ${median.toFixed(0)}× real time (wanted ≥ ${WANTED}×)\n`);
process.exitCode = median >= WANTED ? 0 : 1;
