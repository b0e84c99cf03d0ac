/**
 * The platform twin as processes of its own. Its store lies in the run directory and survives a
 * kill -9, which is the point of killing it.
 */
import { fileURLToPath } from 'node:url';
import { ready } from '../processes/ready.ts';
import { SHARDS_MAX } from '../processes/shard-count.ts';
import { digests } from '../record/run-directory.ts';
import { accountsOf } from './accounts.ts';
import { credentialsOf } from './credentials.ts';
import { httpQueries } from './http-queries.ts';
import type { RunningTarget, TargetContext, TargetKind } from './target.ts';
import { freePort } from './tcp-ports.ts';

const READY_MS = 20_000;

const target: TargetKind = {
  kind: 'embedded',
  async start(context) {
    const twin = new Twin(context, await freePort(), await freePort());
    await twin.start();
    return twin;
  },
};
export default target;

class Twin implements RunningTarget {
  readonly address;
  readonly http;
  readonly component;
  readonly #context: TargetContext;
  readonly #httpPort: number;
  readonly #bornAt = performance.now();
  #killed = false;
  #fired = 0;

  constructor(context: TargetContext, mqttPort: number, httpPort: number) {
    this.#context = context;
    this.#httpPort = httpPort;
    this.address = { host: '127.0.0.1', port: mqttPort, tls: null };
    this.http = {
      url: `http://127.0.0.1:${httpPort}`,
      token: digests.sha256Hex(`${context.secret}/http`),
    };
    this.component = { name: 'platform twin', version: '', how: `process on port ${mqttPort}` };
  }

  async start(): Promise<void> {
    const { processes, directory, plan, run, secret, plugins, onLost } = this.#context;
    const here = import.meta.url;
    const main = fileURLToPath(
      new URL(`../../twins/platform/serve.${here.endsWith('.ts') ? 'ts' : 'js'}`, here),
    );
    this.#killed = false;
    const options = {
      storeFile: directory.file('store.sqlite'),
      accounts: accountsOf(plan, run, credentialsOf(plan.target, run, secret, null), SHARDS_MAX),
      host: this.address.host,
      mqttPort: this.address.port,
      httpPort: this.#httpPort,
      httpToken: this.http.token,
      run,
      mutant: plan.target.mutant,
      plugins: [...plugins],
      // So that its times go on over a restart.
      clockOffsetMs: performance.now() - this.#bornAt,
      limits: { queueLimit: plan.target.guarantees.queueLimit },
    };
    await ready(
      processes,
      {
        id: 'target',
        command: process.execPath,
        args: ['--disable-warning=ExperimentalWarning', main],
        log: directory.file('log/target.log'),
        input: `${JSON.stringify(options)}\n`,
      },
      'the platform twin',
      READY_MS,
      (why) => {
        if (!this.#killed) onLost(`the platform twin ${why}`);
      },
    );
  }

  async kill(): Promise<void> {
    this.#killed = true;
    if (this.#context.plan.target.mutant !== null) this.#fired += await this.#firedNow();
    await this.#context.processes.kill('target', 'SIGKILL');
  }

  async stop(): Promise<void> {
    this.#killed = true;
    await this.#context.processes.kill('target', 'SIGTERM');
  }

  firedBefore(): number {
    return this.#fired;
  }

  async #firedNow(): Promise<number> {
    const { body } = await httpQueries(this.http.url, this.http.token).get('/stats', {});
    return Number((body as { fired?: number } | null)?.fired ?? 0);
  }
}
