/**
 * A broker while it runs: its processes in a group of their own, so that ending it ends what it
 * started, and nothing else.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { ForeignBroker } from './foreign-broker.ts';

const LISTENS_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 200;
const ENDS_WITHIN_MS = 10_000;

export interface Running {
  url: string;
  port: number;
  /** Null while all of its processes live. */
  died(): string | null;
  stop(): Promise<void>;
}

/** `log` gets what the broker says. */
export async function start(broker: ForeignBroker, folder: string, log: string): Promise<Running> {
  mkdirSync(folder, { recursive: true });
  const state = mkdtempSync(join(folder, 'state-'));
  const [port = 0, ...spares] = await freePorts(5);
  const spare = (): number => spares.shift() ?? 0;
  const children: ChildProcess[] = [];
  const died = (): string | null => {
    const dead = children.find((one) => one.exitCode !== null || one.signalCode !== null);
    return dead === undefined ? null : `it ended with ${dead.signalCode ?? dead.exitCode}`;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(end));
    rmSync(state, { recursive: true, force: true });
  };
  const out = openSync(log, 'w');
  try {
    for (const { command, args, env } of broker.launch({ folder, state, port, spare })) {
      const child = spawn(command, args, {
        cwd: state,
        env: { ...process.env, ...env },
        stdio: ['ignore', out, out],
        detached: true,
      });
      child.on('error', () => {});
      children.push(child);
    }
    await listening(port, died);
    return { url: `mqtt://127.0.0.1:${port}`, port, died, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listening(port: number, died: () => string | null): Promise<void> {
  for (let waited = 0; waited < LISTENS_WITHIN_MS; waited += LOOK_EVERY_MS) {
    const why = died();
    if (why !== null) throw new Error(`${why} before it listened`);
    if (await accepts(port)) return;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`it did not listen within ${LISTENS_WITHIN_MS / 1000} s`);
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** The whole group: a broker that is a script has its server as a child. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  signalGroup(child.pid, 'SIGTERM');
  await Promise.race([gone, sleep(ENDS_WITHIN_MS)]);
  signalGroup(child.pid, 'SIGKILL');
  await gone;
}

function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of it is left.
  }
}

/** All are held before the first is let go, so they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
  );
  return ports;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
