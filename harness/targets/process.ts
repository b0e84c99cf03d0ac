/**
 * A broker from the PATH, with a configuration that changes nothing but where it listens: its
 * defaults are what is under test. Mosquitto is the one we know how to start.
 */

import { spawnSync } from 'node:child_process';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import { WorldError } from '#kernel';
import type { RunningTarget, TargetContext, TargetKind } from './target.ts';
import { awaitListener, freePort } from './tcp-ports.ts';

const START_MS = 10_000;

const target: TargetKind = {
  kind: 'process',
  async start(context) {
    const wanted = context.plan.target.binary ?? '';
    const binary = findBinary(wanted);
    if (basename(binary) !== 'mosquitto') {
      throw new WorldError(
        'process',
        `process:${wanted} is not a broker this version knows how to start`,
        'use process:mosquitto, or start it yourself and name its URL',
      );
    }
    const port = await freePort();
    const config = context.directory.file('log/mosquitto.conf');
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
    const broker = new Broker(context, binary, config, port);
    await broker.start();
    return broker;
  },
};
export default target;

class Broker implements RunningTarget {
  readonly address;
  readonly http = null;
  readonly component;
  readonly #context: TargetContext;
  readonly #binary: string;
  readonly #config: string;
  #killed = false;

  constructor(context: TargetContext, binary: string, config: string, port: number) {
    this.#context = context;
    this.#binary = binary;
    this.#config = config;
    this.address = { host: '127.0.0.1', port, tls: null };
    this.component = {
      name: 'mosquitto',
      version: versionOf(binary),
      how: `process on port ${port}`,
    };
  }

  async start(): Promise<void> {
    const { processes, directory } = this.#context;
    let ended: string | null = null;
    this.#killed = false;
    processes.start(
      {
        id: 'target',
        command: this.#binary,
        args: ['-c', this.#config],
        log: directory.file('log/target.log'),
      },
      () => {},
      (why) => {
        ended = why;
        if (!this.#killed) this.#context.onLost(`mosquitto ${why}`);
      },
    );
    if (await awaitListener(this.address.host, this.address.port, START_MS)) return;
    throw new WorldError(
      'component',
      `mosquitto did not start${ended === null ? '' : `: ${String(ended)}`}`,
      'see log/target.log in the run directory',
    );
  }

  async kill(): Promise<void> {
    this.#killed = true;
    await this.#context.processes.kill('target', 'SIGKILL');
  }

  async stop(): Promise<void> {
    this.#killed = true;
    await this.#context.processes.kill('target', 'SIGTERM');
  }
}

function findBinary(name: string): string {
  const folders =
    isAbsolute(name) || name.includes('/')
      ? ['']
      : [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const folder of folders) {
    const path = folder === '' ? name : join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  throw new WorldError(
    'missing-binary',
    `there is no ${name} on the PATH`,
    basename(name) === 'mosquitto'
      ? 'install it: apt-get install mosquitto, or brew install mosquitto'
      : 'process:mosquitto is the broker this version knows how to start',
  );
}

function versionOf(binary: string): string {
  const { stdout } = spawnSync(binary, ['-h'], { encoding: 'utf8' });
  return /version (\S+)/.exec(stdout ?? '')?.[1] ?? '';
}
