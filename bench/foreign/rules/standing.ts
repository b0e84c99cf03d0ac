/**
 * Mosquitto and Node-RED while a trial goes on: each on a port of its own, with a folder of its
 * own, and ended by its id whatever happens. What does not stand in time is one clear error.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBinary } from '../../../harness/targets/find-binary.ts';
import { awaitListener } from '../../../harness/targets/tcp-ports.ts';

const LISTENS_MS = 10_000;
const CONNECTS_MS = 60_000;
const ENDS_MS = 5000;
const RUN_MS = 300_000;
const PRODUCT = join(import.meta.dirname, '..', '..', '..', 'bin', 'twinstorm.js');

export interface Ground {
  folder: string;
  /** Where Node-RED was brought to. */
  cache: string;
  port: number;
  webPort: number;
}

export class Standing {
  readonly #processes: ChildProcess[] = [];

  private constructor() {}

  static async begin(ground: Ground): Promise<Standing> {
    const standing = new Standing();
    const endAll = (): void => {
      for (const one of standing.#processes) one.kill('SIGKILL');
    };
    process.once('exit', endAll);
    try {
      await standing.#mosquitto(ground);
      await standing.#nodeRed(ground);
      return standing;
    } catch (error) {
      await standing.end();
      throw error;
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#processes.splice(0).map(ended));
  }

  async #mosquitto({ folder, port }: Ground): Promise<void> {
    const binary = findBinary('mosquitto');
    if (binary === null) throw new Error('there is no mosquitto on the PATH');
    const config = join(folder, 'mosquitto.conf');
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
    this.#start(binary, ['-c', config], join(folder, 'mosquitto.log'));
    if (await awaitListener('127.0.0.1', port, LISTENS_MS)) return;
    throw new Error(`Mosquitto does not listen within ${LISTENS_MS / 1000} s`);
  }

  /** It subscribes as soon as it is connected, seconds before the first reading of a run. */
  async #nodeRed({ folder, cache, webPort }: Ground): Promise<void> {
    const settings = join(folder, 'settings.js');
    const said = { uiHost: '127.0.0.1', uiPort: webPort, flowFile: 'flows.json' };
    const quiet = { httpAdminRoot: false, httpNodeRoot: false, diagnostics: { enabled: false } };
    const logging = { console: { level: 'info', metrics: false, audit: false } };
    const all = { ...said, ...quiet, logging, externalModules: { autoInstall: false } };
    writeFileSync(settings, `module.exports = ${JSON.stringify(all, null, 2)};\n`);
    const main = join(cache, 'node_modules', 'node-red', 'red.js');
    const args = [main, '--userDir', folder, '--settings', settings];
    const child = this.#start(process.execPath, args, join(folder, 'node-red.log'));
    const why = await connected(child);
    if (why !== null) throw new Error(`Node-RED does not stand: ${why}`);
  }

  #start(command: string, args: readonly string[], log: string): ChildProcess {
    const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const file = createWriteStream(log);
    child.stdout?.pipe(file, { end: false });
    child.stderr?.pipe(file, { end: false });
    child.on('error', () => {});
    this.#processes.push(child);
    return child;
  }
}

/** Null once it is; else why it is not. */
function connected(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    let said = '';
    const over = (why: string | null): void => {
      clearTimeout(timer);
      resolve(why);
    };
    const lastOf = (): string => said.trim().split('\n').at(-1) ?? '';
    const timer = setTimeout(
      () => over(`it has no connection within ${CONNECTS_MS / 1000} s; it said last: ${lastOf()}`),
      CONNECTS_MS,
    );
    child.stdout?.on('data', (chunk: Buffer) => {
      said = (said + String(chunk)).slice(-4000);
      if (said.includes('Connected to broker')) over(null);
    });
    child.once('exit', (code, signal) => over(`it ended with ${signal ?? code}: ${lastOf()}`));
  });
}

/** Asked first, and ended after a while. */
function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const timer = setTimeout(() => child.kill('SIGKILL'), ENDS_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** The product as anybody calls it; its exit code. */
export function twinstorm(args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PRODUCT, ...args], { stdio: 'inherit' });
    const timer = setTimeout(() => child.kill('SIGTERM'), RUN_MS);
    child.once('error', () => resolve(-1));
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code ?? -1);
    });
  });
}
