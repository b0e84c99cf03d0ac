/**
 * TEST ONLY. A Toxiproxy that was there before the run and has a proxy of somebody else's in it:
 * ours alone as a command, or a real one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../chaos/testing/peers.ts';
import { real } from '../tools/real.ts';

const COMMAND = fileURLToPath(new URL('../bin/twinstorm.js', import.meta.url));
const server = real('toxiproxy-server');
const OTHERS = { name: 'somebody-elses', listen: '127.0.0.1:0', upstream: '127.0.0.1:9' };

export interface ForeignKind {
  name: string;
  skip: boolean;
  reason: string;
  command(port: number): [command: string, args: string[]];
}

export const FOREIGN: readonly ForeignKind[] = [
  {
    name: 'twinstorm proxy',
    skip: false,
    reason: '',
    command: (port) => [process.execPath, [COMMAND, 'proxy', '--listen', `127.0.0.1:${port}`]],
  },
  {
    name: 'toxiproxy-server',
    skip: server.skip,
    reason: server.reason,
    command: (port) => [server.path ?? '', ['-host', '127.0.0.1', '-port', String(port)]],
  },
];

export class ForeignToxiproxy {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  static async start(kind: ForeignKind): Promise<ForeignToxiproxy> {
    const port = await freePort();
    const [command, args] = kind.command(port);
    const env = { ...process.env, LOG_LEVEL: 'fatal' };
    const foreign = new ForeignToxiproxy(
      `http://127.0.0.1:${port}`,
      spawn(command, args, { stdio: 'ignore', env }),
    );
    while (!(await fetch(`${foreign.url}/version`).catch(() => null))?.ok) await pause(50);
    await fetch(`${foreign.url}/proxies`, { method: 'POST', body: JSON.stringify(OTHERS) });
    return foreign;
  }

  /** Names of the proxies that are not somebody else's; whose there is must be there. */
  async ours(): Promise<string[]> {
    const reply = await fetch(`${this.url}/proxies`);
    const names = Object.keys((await reply.json()) as object);
    if (!names.includes(OTHERS.name)) throw new Error(`${OTHERS.name} is gone`);
    return names.filter((name) => name !== OTHERS.name);
  }

  /** Once none of ours is there. */
  async emptied(): Promise<void> {
    while ((await this.ours()).length > 0) await pause(50);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await gone;
  }
}
