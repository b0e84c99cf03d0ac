/**
 * Many seeds of one scenario in the sim gear: does the healthy twin stay clean, and is a planted
 * bug caught wherever it fired? Resumable: one line per finished seed in a file, and what is there
 * is not run again.
 *
 *   node bench/seeds.ts --seeds 1000 --devices 200                   every run must exit 0, ≥ 95 % decided
 *   node bench/seeds.ts --seeds 1000 --devices 200 --mutants         a mutant drawn per seed: fired ⇒ exit 1
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hashText } from '#kernel';

const DECIDED_SHARE = 0.95;

const { values: flags } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'scenarios/library/flagship.yaml' },
    seeds: { type: 'string', default: '1000' },
    first: { type: 'string', default: '1' },
    devices: { type: 'string', default: '200' },
    mutants: { type: 'boolean', default: false },
    jobs: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    file: { type: 'string' },
  },
});

interface Row {
  seed: number;
  mutant: string | null;
  fired: number | null;
  exit: number;
  seconds: number;
  /** Smallest share of decided obligations over all checkers that had any. */
  decided: number;
  undecidedBy: string[];
  failedBy: string[];
}

const folder = 'reports/out/seeds';
const file =
  flags.file ?? join(folder, `${flags.mutants ? 'mutants' : 'healthy'}-${flags.devices}.jsonl`);
const mutants = readdirSync('twins/platform/mutants')
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => name.slice(0, -3))
  .sort();

await main();

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const done = new Map(rowsIn(file).map((row) => [row.seed, row]));
  const first = Number(flags.first);
  const wanted = Array.from({ length: Number(flags.seeds) }, (_, k) => first + k);
  const left = wanted.filter((seed) => !done.has(seed));
  say(`${wanted.length} seeds, ${done.size} known, ${left.length} to run, ${flags.jobs} at a time`);
  const began = Date.now();
  let ran = 0;
  const work = async (): Promise<void> => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const row = await runSeed(seed);
      done.set(seed, row);
      appendFileSync(file, `${JSON.stringify(row)}\n`);
      ran++;
      const bad = complaint(row);
      if (bad !== null) say(`seed ${seed}: ${bad}`);
      if (ran % 20 === 0) {
        const each = (Date.now() - began) / ran / 1000;
        say(`${ran} run, ${left.length} left, about ${Math.ceil((left.length * each) / 60)} min`);
      }
    }
  };
  await Promise.all(Array.from({ length: Number(flags.jobs) }, work));
  summarise(wanted.flatMap((seed) => done.get(seed) ?? []));
}

function runSeed(seed: number): Promise<Row> {
  const mutant = flags.mutants
    ? (mutants[hashText(`mutant/${seed}`) % mutants.length] ?? null)
    : null;
  const out = join(tmpdir(), `twinstorm-seed-${process.pid}-${seed}`);
  const args = [
    'bin/twinstorm.js',
    'run',
    flags.scenario,
    '--gear',
    'sim',
    '--seed',
    String(seed),
    '--devices',
    flags.devices,
    '--out',
    out,
    '--quiet',
    '--set',
    'report=[]',
  ];
  if (mutant !== null) args.push('--mutant', mutant);
  const began = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.resume();
    child.on('close', (code) => {
      const row = rowOf(seed, mutant, code ?? -1, (Date.now() - began) / 1000, out);
      rmSync(out, { recursive: true, force: true });
      resolve(row);
    });
  });
}

function rowOf(
  seed: number,
  mutant: string | null,
  exit: number,
  seconds: number,
  out: string,
): Row {
  const result = readJson(join(out, 'result.json')) as {
    checkers?: { id: string; verdict: string; obligations: number; decided: number }[];
  } | null;
  const environment = readJson(join(out, 'environment.json')) as {
    mutantFired?: number | null;
  } | null;
  const judged = (result?.checkers ?? []).filter((checker) => checker.obligations > 0);
  const shares = judged.map((checker) => checker.decided / checker.obligations);
  return {
    seed,
    mutant,
    fired: environment?.mutantFired ?? null,
    exit,
    seconds: Math.round(seconds * 10) / 10,
    decided: result === null ? 0 : Math.min(1, ...shares),
    undecidedBy: judged
      .filter((checker) => checker.decided < DECIDED_SHARE * checker.obligations)
      .map((checker) => checker.id),
    failedBy: judged.filter((checker) => checker.verdict === 'fail').map((checker) => checker.id),
  };
}

/** What is wrong with a row, if anything. */
function complaint(row: Row): string | null {
  if (row.mutant === null) {
    if (row.exit !== 0)
      return `exit ${row.exit} on the healthy twin (${row.failedBy.join(', ') || 'no finding'})`;
    if (row.decided < DECIDED_SHARE)
      return `only ${Math.round(row.decided * 1000) / 10} % decided by ${row.undecidedBy.join(', ')}`;
    return null;
  }
  if ((row.fired ?? 0) > 0 && row.exit !== 1)
    return `${row.mutant} fired ${row.fired} times and the run exited ${row.exit}`;
  if ((row.fired ?? 0) === 0 && row.exit !== 0)
    return `${row.mutant} did not fire and the run exited ${row.exit}`;
  return null;
}

function summarise(rows: readonly Row[]): void {
  const bad = rows.filter((row) => complaint(row) !== null);
  const fired = rows.filter((row) => (row.fired ?? 0) > 0).length;
  const worst = Math.min(1, ...rows.map((row) => (row.mutant === null ? row.decided : 1)));
  const text = flags.mutants
    ? `${rows.length} seeds with a mutant each, ${fired} fired, ${bad.length} escaped`
    : `${rows.length} seeds of the healthy twin, ${bad.length} not clean, at least ${Math.round(worst * 1000) / 10} % of each checker's obligations decided`;
  process.stdout.write(`${text}\n`);
  process.exitCode = bad.length > 0 ? 1 : 0;
}

function rowsIn(path: string): Row[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

function readJson(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
