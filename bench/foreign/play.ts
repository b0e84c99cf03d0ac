/**
 * One scene in front of one broker: the scene's text with the broker's target map, played by
 * `twinstorm run` as a stranger would, in a process that knows a URL and what is declared.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '#reports';
import { ROOT } from '../../tools/house.ts';
import { type ForeignBroker, highestQos, type Scene } from './foreign-broker.ts';

const BIN = join(ROOT, 'bin', 'twinstorm.js');
const SCENE_FOLDER = join(import.meta.dirname, 'scenes');

export interface Played {
  /** Null where the run left none. */
  result: Result | null;
  exitCode: number;
  said: string;
}

/** The text that is played. A broker below QoS 2 gets the mixed fleet at the highest it has. */
export function textOf(scene: Scene, broker: ForeignBroker, url: string): string {
  const guarantees = Object.fromEntries(broker.declares.map(({ key, value }) => [key, value]));
  const login = broker.login === undefined ? {} : { credentials: 'credentials.csv' };
  const target = { url, ...login, guarantees };
  const text = readFileSync(join(SCENE_FOLDER, `${scene}.yaml`), 'utf8');
  const fits =
    scene === 'mixed' ? text.replaceAll(/qos: 2$/gm, `qos: ${highestQos(broker)}`) : text;
  return `${fits}target: ${JSON.stringify(target)}\n`;
}

/** The run directory is `folder`/run, anew. Told to stop, the run ends as by Ctrl-C. */
export async function play(
  scene: Scene,
  broker: ForeignBroker,
  url: string,
  folder: string,
  signal: AbortSignal,
): Promise<Played> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'scenario.yaml');
  const out = join(folder, 'run');
  writeFileSync(file, textOf(scene, broker, url));
  if (broker.login !== undefined) {
    const { user, password } = broker.login;
    writeFileSync(join(folder, 'credentials.csv'), `*,${user},${password}\n`);
  }
  const { code, said } = await run(['run', file, '--out', out, '--quiet'], signal);
  const path = join(out, 'result.json');
  const result = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Result) : null;
  return { result, exitCode: code, said };
}

function run(
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ code: number; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const stop = (): void => void child.kill('SIGINT');
    signal.addEventListener('abort', stop);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      resolve({ code: code ?? -1, said });
    });
  });
}
