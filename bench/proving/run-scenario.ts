/**
 * One run of a scenario in the sim gear, by the command that a user types, in a folder of its own.
 * Whoever asked looks at what it left; then the folder is gone, or kept where something was wrong.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../tools/house.ts';
import type { Finding } from './case.ts';
import type { ProvingScenario } from './ground.ts';

/** No sim run takes so long; one that does hangs, and would hang the night. */
const DEADLINE_MS = 30 * 60_000;
/** How much of what a command said is worth keeping. */
const SAID_MAX = 300;

export interface RunWish {
  scenario: ProvingScenario;
  seed: number;
  mutant: string | null;
  devices: number | null;
  sets: readonly string[];
}

/** What a run left, as far as is asked here. */
export interface Outcome {
  out: string;
  exit: number;
  said: string;
  checkers: readonly { id: string; verdict: string; obligations: number; decided: number }[];
  verdict: string | null;
  fired: number;
}

export function argsOf({ scenario, seed, mutant, devices, sets }: RunWish): string[] {
  return [
    ...['run', scenario.shown, '--gear', 'sim', '--seed', String(seed)],
    ...(devices === null ? [] : ['--devices', String(devices)]),
    ...sets.flatMap((set) => ['--set', set]),
    ...scenario.plugins.flatMap((plugin) => ['--plugin', plugin]),
    ...(mutant === null ? [] : ['--mutant', mutant]),
  ];
}

export const lineOf = (args: readonly string[]): string =>
  ['node bin/twinstorm.js', ...args.map(quoted)].join(' ');

export const quoted = (word: string): string =>
  /^[\w./:=@,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** Runs it and lets `look` judge; `keep` leaves the folder where something is wrong. */
export async function inRun(
  wish: RunWish,
  keep: boolean,
  signal: AbortSignal,
  look: (outcome: Outcome) => Finding | Promise<Finding>,
): Promise<Finding> {
  const folder = mkdtempSync(join(tmpdir(), 'proving-'));
  const out = join(folder, 'run');
  let kept = false;
  try {
    const quiet = ['--out', out, '--quiet', '--set', 'report=[]'];
    const ended = await command([...argsOf(wish), ...quiet], signal);
    const finding = await look({ out, ...ended, ...leftIn(out) });
    kept = keep && finding.wrong !== null;
    return kept ? { ...finding, wrong: `${finding.wrong}; kept in ${folder}` } : finding;
  } finally {
    if (!kept) rmSync(folder, { recursive: true, force: true });
  }
}

/** The `twinstorm` command; a negative exit code when it did not end by itself. */
export function command(
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ exit: number; said: string }> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(ROOT, 'bin', 'twinstorm.js'), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      signal: bounded,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-SAID_MAX);
    });
    child.on('error', (error) => {
      said = error.message;
    });
    child.on('close', (code) => resolve({ exit: code ?? -1, said: said.trim() }));
  });
}

function leftIn(out: string): Pick<Outcome, 'checkers' | 'verdict' | 'fired'> {
  const result = json(out, 'result.json') as Pick<Outcome, 'checkers' | 'verdict'> | null;
  const environment = json(out, 'environment.json') as { mutantFired: number | null } | null;
  return {
    checkers: result?.checkers ?? [],
    verdict: result?.verdict ?? null,
    fired: environment?.mutantFired ?? 0,
  };
}

function json(...parts: string[]): unknown {
  const file = join(...parts);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

export const failedBy = ({ checkers }: Outcome): string[] =>
  checkers.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
