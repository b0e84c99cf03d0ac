/**
 * TEST ONLY. The two engines that speak Toxiproxy's HTTP API: ours, and a real `toxiproxy-server`
 * where one is installed. One test body runs against both; where they differ on purpose is said in
 * DEVIATIONS, and nowhere else.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { real } from '../../tools/real.ts';
import type { ProxyMode } from '../proxy-modes.ts';
import { startProxyServer } from '../proxy-server.ts';
import { freePort, pause } from './peers.ts';

export interface Engine {
  url: string;
  stop(): Promise<void>;
}

export interface EngineKind {
  name: string;
  isReal: boolean;
  /** Ours takes what the original takes. */
  isCompat: boolean;
  /** Whether its tests are skipped on this machine, and why. */
  skip: boolean;
  reason: string;
  start(): Promise<Engine>;
}

const found = real('toxiproxy-server');

export const ENGINES: readonly EngineKind[] = [
  embedded('strict'),
  embedded('compat'),
  {
    name: 'toxiproxy-server',
    isReal: true,
    isCompat: false,
    skip: found.skip,
    reason: found.reason,
    start: () => startReal(found.path ?? ''),
  },
];

function embedded(mode: ProxyMode): EngineKind {
  return {
    name: `embedded engine (${mode})`,
    isReal: false,
    isCompat: mode === 'compat',
    skip: false,
    reason: '',
    start: async () => {
      const at = { host: '127.0.0.1', port: 0, seed: 7 };
      const server = await startProxyServer({ ...at, mode, metrics: true });
      return { url: server.url, stop: () => server.close() };
    },
  };
}

const START_TRIES = 5;

/**
 * Port 0 is not told back by the real server, so a free one is guessed; another guess when it was
 * taken.
 */
async function startReal(path: string): Promise<Engine> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const args = ['-host', '127.0.0.1', '-port', String(port), '-proxy-metrics'];
    const child = spawn(path, args, {
      stdio: 'ignore',
      env: { ...process.env, LOG_LEVEL: 'fatal' },
    });
    const url = `http://127.0.0.1:${port}`;
    if (await answers(url, child)) return { url, stop: () => ended(child) };
    await ended(child);
    if (tries === START_TRIES) throw new Error(`${path} does not answer`);
  }
}

const ANSWER_TRIES = 200;

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  for (let tries = 0; tries < ANSWER_TRIES && child.exitCode === null; tries++) {
    const reply = await fetch(`${url}/version`).catch(() => null);
    if (reply?.ok === true) return true;
    await pause(50);
  }
  return false;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

export interface Reply {
  status: number;
  contentType: string;
  text: string;
}

/** One call of the HTTP API; a text is sent as it is, all else as JSON. */
export async function call(
  engine: Engine,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const init = { method, headers, ...(text === undefined ? {} : { body: text }) };
  const response = await fetch(`${engine.url}${path}`, init);
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    text: await response.text(),
  };
}

export const read = <T>(reply: Reply): T => JSON.parse(reply.text) as T;
