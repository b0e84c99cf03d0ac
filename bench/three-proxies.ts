/**
 * One scenario over each engine that a link may be broken by: our own, the real toxiproxy-server,
 * and that one in a container. What came of it must be the same: the verdict, what each checker
 * decided, and of each fault whether it happened; the counts that evidence rests on are shown.
 *
 *   node bench/three-proxies.ts [scenario=flagship]           one run each, four minutes at most
 *
 * A container needs an engine (DOCKER_HOST) and makes its image of the binary here. Ends with 1
 * where they differ, with 2 where a part is missing, and tries once more what the machine spoilt.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '#reports';
import { containerEngine, importImage } from '../tools/container-engine.ts';
import { ROOT } from '../tools/house.ts';
import { real } from '../tools/real.ts';
import { refuse } from './arguments.ts';

const IMAGE = 'twinstorm-bench-toxiproxy:1';
const TRIES = 2;
const INVALID = 4;
const RUN_MS = 300_000;

const scenario = process.argv[2] ?? 'flagship';
const binary = real('toxiproxy-server');
if (binary.path === null) refuse(binary.reason);
const { path } = binary;
const { client, reason } = await containerEngine();
if (client === null) refuse(reason);
await importImage(client, { name: IMAGE, binary: path, command: [path], isEntryPoint: true });

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const folder = mkdtempSync(join(tmpdir(), 'three-proxies-'));

function runOver(proxy: string, turn = 1): Result {
  const out = join(folder, `${proxy.replace(/\W.*/, '')}-${turn}`);
  const words = ['run', scenario, '--gear', 'real', '--proxy', proxy, '--out', out, '--quiet'];
  const ran = spawnSync(process.execPath, [join(ROOT, 'bin/twinstorm.js'), ...words], {
    env: { ...process.env, TOXIPROXY_BIN: path },
    encoding: 'utf8',
    timeout: RUN_MS,
  });
  if (ran.status === INVALID && turn < TRIES) {
    say(`spoilt over ${proxy}: ${ran.stderr.trim()}`);
    return runOver(proxy, turn + 1);
  }
  try {
    return JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
  } catch {
    return refuse(`over ${proxy} it gave no result:\n${ran.stderr}`);
  }
}

/** What may not hang on who breaks the links. */
const tells = ({ verdict, checkers, faults }: Result): string[] => [
  `verdict: ${verdict}`,
  ...checkers.map(({ id, label, verdict }) => `${id} ${label}: ${verdict}`),
  ...faults.map(({ id, effective }) => `fault ${id}: ${effective}`),
];

const results = ['embedded', 'toxiproxy', `container:${IMAGE}`].map((proxy) => {
  const result = runOver(proxy);
  const { verdict, checkers, faults, messages } = result;
  const decided = checkers.filter(({ verdict }) => verdict === 'pass').length;
  const effective = faults.filter(({ effective }) => effective === true).length;
  say(
    `${proxy.padEnd(40)} ${verdict}, ${decided} checkers passed, ` +
      `${effective} of ${faults.length} faults effective, ${messages.intended} intended, ` +
      `${messages.lost} lost`,
  );
  return { proxy, tells: tells(result) };
});
rmSync(folder, { recursive: true });

const [first, ...others] = results;
let differ = 0;
for (const { proxy, tells } of others) {
  const here = new Set(first?.tells);
  const there = new Set(tells);
  for (const line of new Set([...here, ...there])) {
    if (here.has(line) && there.has(line)) continue;
    differ++;
    say(`  ${here.has(line) ? 'embedded' : proxy} alone says ${line}`);
  }
}
say(differ === 0 ? 'the same over all three' : `${differ} differences`);
process.exit(differ === 0 ? 0 : 1);
