/**
 * Fifty rules over two thousand readings a second, over sockets: how long it takes from when a
 * device reads to when its alarm is raised, and whether every alarm is as it should be.
 *
 *   node bench/rules-load.ts [rules=50] [rate=2000] [seed=1]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '#reports';
import { countOf } from './arguments.ts';

const RULES = countOf(process.argv[2], 50);
const RATE = countOf(process.argv[3], 2000);
const seed = countOf(process.argv[4], 1);
const heatCapacity = countOf(process.argv[5], 24_000);
const [EVERY_MS, WANTED_MS, LEDGER_BYTES] = [500, 100, 2 ** 31] as const;

interface Rule {
  name: string;
  window?: object;
  [key: string]: unknown;
}

/** Of every form, in turn, each with bounds of its own. */
function ruleOf(k: number): Rule {
  const name = `rule-${k}`;
  const bound = (4.7 + (k % 17) / 34).toFixed(3);
  const low = (4.4 + (k % 17) / 34).toFixed(3);
  const when = { when: `temperature > ${bound}`, clear: `temperature < ${low}` };
  switch (k % 10) {
    case 0:
      return {
        name,
        per: 'site',
        let: { warm: { devices: `temperature > ${bound}` } },
        window: { every: '2s', over: '4s', late: '1s' },
        when: `warm > ${10 + k}`,
      };
    case 1:
      return {
        name,
        let: { mean: { mean: 'temperature' } },
        window: { every: '3s', late: '500ms' },
        when: `mean > ${bound}7`,
      };
    case 2:
      return { name, let: { rise: { rise: 'temperature', over: '3s' } }, when: 'rise > 0.047' };
    case 3:
      return {
        name,
        let: { hot: { count: `temperature > ${bound}`, last: 5 } },
        when: 'hot >= 3.0',
      };
    default:
      return { name, ...when, for: `${k % 3}s` };
  }
}

const rules = Array.from({ length: RULES }, (_, k) => ruleOf(k));
const folder = mkdtempSync(join(tmpdir(), 'twinstorm-rules-load-'));
const out = join(folder, 'run');
const file = join(folder, 'rules-load.yaml');
const scenario = {
  twinstorm: 1,
  name: 'rules-load',
  seed,
  time: { warmup: '10s', steady: '10s', chaos: '30s', settle: '8s', drain: '4s' },
  topology: { regions: { north: { sites: 2 } } },
  fleet: [
    {
      id: 'fridges',
      model: 'cold-chain-fridge',
      count: Math.round((RATE * EVERY_MS) / 1000),
      every: `${EVERY_MS}ms`,
      session: 'persistent',
      with: { heatCapacity, leakage: 12, coolingPower: 600, band: 1.6 },
    },
  ],
  workflows: [{ rules }],
  expect: ['rule-exactly-once', 'rule-deadline'],
};
// JSON is YAML.
writeFileSync(file, JSON.stringify(scenario, null, 1));
const beganAt = performance.now();
const { status } = call(['run', file, '--gear', 'real', '--quiet', '--out', out]);
const tookMs = performance.now() - beganAt;

interface Line {
  op: string;
  device: string;
  subject: string;
  rule: string;
  at: number;
  received: number;
  raised: number;
}

const readings = new Set<string>();
/** The platform's clock against the devices': no reading can be taken in before it is made. */
let aheadMs = Number.POSITIVE_INFINITY;
const alarms: Line[] = [];
for (const op of ['rules/input', 'rules/alarm']) {
  for (const text of call(['ledger', out, '--op', op]).stdout.split('\n')) {
    if (!text.startsWith('{')) continue;
    const line = JSON.parse(text) as Line;
    if (op === 'rules/alarm') alarms.push(line);
    else {
      readings.add(`${line.device} ${line.at}`);
      aheadMs = Math.min(aheadMs, line.received - line.at);
    }
  }
}
// From when its device read it, so that no queue is left out. Those of windows are due by the
// clock, and judged by their deadline.
const ofWindows = new Set(rules.flatMap(({ name, window }) => (window ? [name] : [])));
const took = alarms
  .filter(({ rule }) => !ofWindows.has(rule))
  .filter(({ subject, at }) => readings.has(`${subject} ${at}`))
  .map(({ at, raised }) => raised - at - aheadMs)
  .sort((a, b) => a - b);
const p99 = took[Math.floor(took.length * 0.99)] ?? Number.NaN;
const { verdict, checkers } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
for (const { id, verdict: own, summary } of checkers) {
  if (/^rule-|^clock-/.test(id) || own === 'fail') say(`  ${own.padEnd(8)} ${id}: ${summary}`);
}
const rate = readings.size / 62;
const wishes: [boolean, string][] = [
  [status === 0 && verdict === 'pass', `verdict ${verdict}, exit ${status}`],
  [rate > RATE * 0.8, `${readings.size} readings, about ${Math.round(rate)} a second`],
  [took.length > 10_000, `${alarms.length} alarms of ${RULES} rules, ${took.length} by a reading`],
  [
    p99 <= WANTED_MS,
    `p99 ${p99} ms from when a device read it to its alarm, most ${took.at(-1)} ms`,
  ],
];
for (const [isKept, what] of wishes) say(`${isKept ? 'ok  ' : 'MISS'} ${what}`);
say(`${(tookMs / 1000).toFixed(1)} s with judging; the run lies in ${out}`);
process.exitCode = wishes.every(([isKept]) => isKept) ? 0 : 1;

function call(args: readonly string[]): { status: number | null; stdout: string } {
  const options = { encoding: 'utf8', maxBuffer: LEDGER_BYTES } as const;
  return spawnSync(process.execPath, ['bin/twinstorm.js', ...args], options);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
