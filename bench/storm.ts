/**
 * Ten thousand twins behind a hundred gateways, over sockets: all come back at once, and each child
 * is to be set as desired. Prints how long that took, what was kept, and what a child costs in
 * memory, from the difference to the same fleet with two children for each gateway.
 *
 *   node bench/storm.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment, Result } from '#reports';

const GATES = 100;
const MANY = 100;
const FEW = 2;
/** Of a child with a statechart of its own. */
const KIB_PER_CHILD = 8;

const folder = mkdtempSync(join(tmpdir(), 'twinstorm-storm-'));
const few = play(FEW);
const many = play(MANY);
const children = GATES * (MANY - FEW);
const perChild = (residentKiB(many.environment) - residentKiB(few.environment)) / children;

for (const { title, lead, spans } of many.result.chapters ?? []) {
  say(`${title}: ${lead}`);
  for (const { name, count, p50, p99, max } of spans) {
    say(`  ${name}: ${count}, p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`);
  }
}
for (const { id, verdict, summary } of many.result.checkers) {
  if (verdict !== 'not-applicable') say(`  ${verdict.padEnd(8)} ${id}: ${summary}`);
}
const cheap = perChild <= KIB_PER_CHILD;
say(`${cheap ? 'ok  ' : 'MISS'} ${perChild.toFixed(1)} KiB per child, wanted ≤ ${KIB_PER_CHILD}`);
say(`verdict ${many.result.verdict}; the run lies in ${many.out}`);
process.exitCode = many.result.verdict === 'pass' && cheap ? 0 : 1;

function play(count: number): { result: Result; environment: Environment; out: string } {
  const out = join(folder, String(count));
  const run = ['bin/twinstorm.js', 'run', 'bench/storm.yaml', '--gear', 'real', '--quiet'];
  const args = [...run, '--set', `fleet[1].count=${count}`, '--out', out];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  say(`${GATES} gateways with ${count} children each: exit ${status}`);
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(out, name), 'utf8')) as T;
  return { out, result: read('result.json'), environment: read('environment.json') };
}

function residentKiB({ processes }: Environment): number {
  const shards = processes.filter(({ name }) => name.startsWith('shard'));
  return shards.reduce((sum, { peakResidentMiB }) => sum + peakResidentMiB * 1024, 0);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
