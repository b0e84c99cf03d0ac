/**
 * One try: a Mosquitto that the product knows by its URL alone is killed with -9 in the middle of a
 * run and stays dead. Clean or persistent sessions, with or without an outage that is planned; the
 * scenario is short and otherwise harmless, so whatever the verdict says is the death's doing.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '#reports';
import { MOSQUITTO } from '../../harness/testing/brokers.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BIN = join(ROOT, 'bin', 'twinstorm.js');

export interface KillTry {
  session: 'clean' | 'persistent';
  outage: boolean;
  /** When the broker dies, counted from the run's own zero; null lets it live. */
  killAtMs: number | null;
  seed: number;
}

/** Until here a death can be seen by somebody: sampling ends at 16 s, the drain two later. */
export const WATCHED_MS = 17_500;

const scenarioOf = ({ session, outage, seed }: KillTry): string =>
  [
    'twinstorm: 1',
    'name: killed-for-good',
    'about: A broker that nobody planned to kill dies and stays dead.',
    `seed: ${seed}`,
    'time: { warmup: 3s, steady: 3s, chaos: 6s, settle: 4s, drain: 2s }',
    'fleet:',
    '  - id: rooms',
    '    model: room-thermostat',
    '    count: 60',
    '    every: 500ms',
    `    session: ${session}`,
    '    keep-alive: 4s',
    '    backoff: { base: 250ms, cap: 1s }',
    ...(outage
      ? ['chaos:', '  - { id: dark, at: chaos+500ms, for: 2s, fault: outage, where: 50% }']
      : []),
    'expect: [no-acked-loss]',
    'report: [json]',
    '',
  ].join('\n');

/** The result of the run, and what it said; it is null where the run left none. */
export async function playKill(one: KillTry): Promise<{ result: Result | null; said: string }> {
  const broker = await MOSQUITTO.start();
  const folder = mkdtempSync(join(tmpdir(), 'twinstorm-killed-'));
  try {
    const file = join(folder, 'killed.yaml');
    const out = join(folder, 'run');
    writeFileSync(file, scenarioOf(one));
    const target = `mqtt://127.0.0.1:${broker.port}`;
    const said = await run(['run', file, '--target', target, '--out', out], () => {
      if (one.killAtMs !== null) setTimeout(() => void broker.kill(), one.killAtMs);
    });
    return { result: resultIn(out), said };
  } finally {
    await broker.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function resultIn(out: string): Result | null {
  try {
    return JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
  } catch {
    return null;
  }
}

/** `began` is called once the run's time runs: it says so itself. */
function run(args: readonly string[], began: () => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    let hasBegun = false;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (hasBegun || !said.includes('warmup')) return;
      hasBegun = true;
      began();
    });
    child.on('error', reject);
    child.on('close', () => resolve(said));
  });
}
