/**
 * Ten thousand twins behind a hundred gateways, over sockets: all come back at once, and each child
 * is to be set as desired. Prints how long that took and what was kept. And what one more child
 * costs in memory: from fleets of idle ones, each with enough of them that what a process costs by
 * itself is in both.
 *
 *   node bench/storm.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment, Result } from '#reports';

const GATES = 100;
const CHILDREN = 100;
/** Idle children for each gateway in the two fleets that are compared. */
const SOME = 50;
const MORE = 200;
/** Of a child with a statechart of its own. */
const KIB_PER_CHILD = 8;

const folder = mkdtempSync(join(tmpdir(), 'twinstorm-storm-'));
const some = play('bench/children.yaml', SOME);
const more = play('bench/children.yaml', MORE);
const perChild =
  (residentKiB(more.environment) - residentKiB(some.environment)) / (GATES * (MORE - SOME));
const many = play('bench/storm.yaml', CHILDREN);

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

function play(
  scenario: string,
  count: number,
): { result: Result; environment: Environment; out: string } {
  const out = join(folder, String(count));
  const run = ['bin/twinstorm.js', 'run', scenario, '--gear', 'real', '--quiet'];
  const args = [...run, '--set', `fleet[1].count=${count}`, '--out', out];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  say(`${scenario} with ${GATES} times ${count} children: exit ${status}`);
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
