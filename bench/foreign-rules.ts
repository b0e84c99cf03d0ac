/**
 * Foreign rules: Node-RED on Mosquitto goes by the rules of a scenario, as a flow that the product
 * made, and is judged like any platform. The honest flow must pass; one in which the bound below
 * the first is forgotten must fail by the checker that is there for it.
 *
 *   node bench/foreign-rules.ts [--cache FOLDER] [--out FOLDER] [--tries N]
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../harness/targets/tcp-ports.ts';
import { fromNpm } from './foreign/bringing.ts';
import { Standing, twinstorm } from './foreign/rules/standing.ts';

const NODE_RED = '5.0.7';
const SCENARIO = 'inbox-rules';
const ROOT = join(import.meta.dirname, '..');
const CHECKER = 'rule-exactly-once';
/** Runs on a machine that stands still are invalid, and say nothing of anybody. */
const INVALID = 4;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Trial {
  name: string;
  /** From what the flow is made. */
  scenario: string;
  isGood(code: number, failed: readonly string[]): boolean;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      cache: { type: 'string', default: join(tmpdir(), 'twinstorm-foreign') },
      out: { type: 'string', default: join(ROOT, 'reports', 'out', 'foreign-rules') },
      tries: { type: 'string', default: '3' },
    },
  });
  const cache = join(values.cache, 'node-red');
  mkdirSync(cache, { recursive: true });
  const began = Date.now();
  const version = await fromNpm(cache, 'node-red', NODE_RED);
  say(`Node-RED ${version}, brought within ${((Date.now() - began) / 1000).toFixed(0)} s`);
  const scratch = mkdtempSync(join(tmpdir(), 'twinstorm-foreign-rules-'));
  const trials: Trial[] = [
    { name: 'honest', scenario: SCENARIO, isGood: (code) => code === 0 },
    {
      name: 'no-hysteresis',
      scenario: withoutClear(scratch),
      isGood: (code, failed) => code === 1 && failed.includes(CHECKER),
    },
  ];
  let isGood = true;
  try {
    for (const trial of trials) {
      const own = join(scratch, trial.name);
      const out = join(values.out, trial.name);
      isGood = (await tried(trial, { own, out, cache, tries: Number(values.tries) })) && isGood;
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return isGood ? 0 : 1;
}

interface Place {
  own: string;
  out: string;
  cache: string;
  tries: number;
}

async function tried(trial: Trial, { own, out, cache, tries }: Place): Promise<boolean> {
  for (let k = 1; k <= tries; k++) {
    const folder = `${own}-${k}`;
    mkdirSync(folder);
    const port = await freePort();
    const url = `mqtt://127.0.0.1:${port}`;
    const flows = join(folder, 'flows.json');
    const flags = ['--broker', url, '--out', flows];
    const made = await twinstorm(['rules-flow', trial.scenario, ...flags]);
    if (made !== 0) throw new Error(`the flow ${trial.name} could not be made`);
    const standing = await Standing.begin({ folder, cache, port, webPort: await freePort() });
    let code: number;
    try {
      const run = ['run', SCENARIO, '--gear', 'real', '--target', url];
      code = await twinstorm([...run, '--quiet', '--force', '--out', out]);
    } finally {
      await standing.end();
    }
    const failed = failedIn(out);
    const isGood = trial.isGood(code, failed);
    const what = failed.length === 0 ? '' : `, failed: ${failed.join(', ')}`;
    say(`${isGood ? 'ok    ' : 'WRONG '} ${trial.name}: exit ${code}${what}`);
    if (code !== INVALID) return isGood;
  }
  return false;
}

/** The flow of it clears an alarm as soon as what raised it is not so. */
function withoutClear(scratch: string): string {
  const library = join(ROOT, 'scenarios', 'library', `${SCENARIO}.yaml`);
  const text = readFileSync(library, 'utf8');
  const bug = text.replace(', clear: temperature < 4.2', '');
  if (bug === text) throw new Error(`${SCENARIO} has no bound to forget`);
  const file = join(scratch, 'no-hysteresis.yaml');
  writeFileSync(file, bug);
  return file;
}

function failedIn(out: string): string[] {
  const file = join(out, 'result.json');
  if (!existsSync(file)) return [];
  const { checkers } = JSON.parse(readFileSync(file, 'utf8')) as {
    checkers: { id: string; verdict: string }[];
  };
  return checkers.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
}

// What stands is ended on the way out.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
