/**
 * The stage: an honest Mosquitto of our own, the liar in front of it, and `twinstorm run` as a
 * stranger would call it, a process of its own that knows a URL and nothing else.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '#reports';
import { MOSQUITTO } from '../../harness/testing/brokers.ts';
import { startLiar } from '../../harness/testing/liar.ts';
import type { LieRecord } from '../../harness/testing/lie-book.ts';
import { real } from '../../tools/real.ts';
import { type Scene, scenarioOf } from './scenes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BIN = join(ROOT, 'bin', 'twinstorm.js');

export interface Played {
  result: Result;
  log: readonly LieRecord[];
}

/** Plays one scene in front of the liar. With `keep` the run directory stays there. */
export async function playScene(
  scene: Scene,
  keep: string | null,
  seconds?: number,
): Promise<Played> {
  const broker = await MOSQUITTO.start();
  try {
    const liar = await startLiar({ upstreamPort: broker.port, lies: scene.lies });
    try {
      const target = `mqtt://127.0.0.1:${liar.port}`;
      const result = await runText(scenarioOf(scene, seconds), target, keep);
      return { result, log: liar.log };
    } finally {
      await liar.close();
    }
  } finally {
    await broker.close();
  }
}

/**
 * Plays a scenario in front of an honest Mosquitto: one of ours by URL, or one that the product
 * itself starts.
 */
export async function playHonest(
  text: string,
  how: 'url' | 'process',
  keep: string | null,
): Promise<Result> {
  if (how === 'process')
    return runText(text, `process:${real('mosquitto').path ?? 'mosquitto'}`, keep);
  const broker = await MOSQUITTO.start();
  try {
    return await runText(text, `mqtt://127.0.0.1:${broker.port}`, keep);
  } finally {
    await broker.close();
  }
}

async function runText(text: string, target: string, keep: string | null): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'twinstorm-stranger-'));
  try {
    const file = join(folder, 'scenario.yaml');
    const out = keep ?? join(folder, 'run');
    writeFileSync(file, text);
    const said = await run([file, '--target', target, '--out', out, '--quiet']);
    try {
      return JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
    } catch {
      throw new Error(`the run left no result:\n${said}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What it said on stderr. The exit code tells the verdict, which is in the result as well. */
function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, 'run', ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', () => resolve(said));
  });
}
