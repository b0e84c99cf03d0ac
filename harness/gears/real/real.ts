/**
 * The real gear: sockets, processes and the machine's own clock. The warden comes first and goes
 * last; the target, the proxy and the shards are its children; the conductor stays in this process
 * with the probes and the harness's own segment of the ledger.
 */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultFamily, ToxiproxyInjector } from '#chaos';
import { assert, type Plan, WorldError } from '#kernel';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { PacingWheel } from '../../fleet/pacing.ts';
import { ControlServer } from '../../processes/control.ts';
import { ProcessNotes } from '../../processes/process-notes.ts';
import { Processes, ready } from '../../processes/processes.ts';
import { lanesOf, shardCount } from '../../processes/shard-count.ts';
import { type Health, watchStalls } from '../../processes/stall-watch.ts';
import { LedgerWriter } from '../../record/ledger-writer.ts';
import { monotonicMs, RunClock } from '../../record/run-clock.ts';
import { planDigest } from '../../record/run-directory.ts';
import { Conductor, type Outcome } from '../../run/conductor.ts';
import { faultHands } from '../../run/fault-hands.ts';
import { credentialsOf } from '../../targets/credentials.ts';
import { httpQueries } from '../../targets/http-queries.ts';
import type { RunningTarget } from '../../targets/target.ts';
import { targetFamily } from '../../targets/target-family.ts';
import { accepts } from '../../targets/tcp-ports.ts';
import { probesOf } from '../../watch/probes.ts';
import { type Address, TcpLinks } from '../../wire/tcp-links.ts';
import { type GearReport, type GearRequest, Interrupted } from '../gear.ts';
import { RemoteShard } from './remote-shard.ts';
import type { ShardOrders } from './shard-process.ts';

const CHILD_READY_MS = 30_000;
/**
 * A fleet makes much garbage while it is built and little afterwards. Left to its defaults the heap
 * grows by half before it looks for garbage, and that stays in the resident size for ever: more
 * than the devices themselves.
 */
const SMALL_HEAP = ['--max-semi-space-size=8', '--heap-growing-percent=30', '--expose-gc'];
/** An observer tries again by itself; a target that never lets one in must not hang the run. */
const OBSERVERS_READY_MS = 60_000;
/** From "go" to time zero: long enough for the word to reach every process. */
const LEAD_MS = 300;

export async function runReal(request: GearRequest): Promise<GearReport> {
  const run = new RealRun(request);
  try {
    return await run.lead();
  } finally {
    await run.close();
  }
}

class RealRun {
  readonly #request: GearRequest;
  readonly #plan: Plan;
  readonly #run = randomBytes(5).toString('hex');
  readonly #secret = randomBytes(16).toString('hex');
  readonly #clock = new RunClock(monotonicMs);
  readonly #control = new ControlServer();
  readonly #processes: Processes;
  readonly #ledger: LedgerWriter;
  readonly #lost = Promise.withResolvers<never>();
  readonly #notes: ProcessNotes;
  #isConducted = false;
  /** What to take back, newest last. */
  readonly #undo: (() => Promise<void> | void)[] = [];

  constructor(request: GearRequest) {
    this.#request = request;
    this.#plan = request.plan;
    const { directory } = request;
    this.#ledger = new LedgerWriter(
      directory.segment('harness'),
      {
        schema: 'twinstorm.ledger/1',
        segment: 'harness',
        planSha256: planDigest(request.plan),
        lanes: [],
      },
      this.#clock,
    );
    this.#notes = new ProcessNotes(this.#ledger, this.#clock);
    try {
      const [log, now] = [directory.file('log/warden.log'), new Date().toISOString()];
      this.#processes = new Processes(this.#run, directory.path, log, now);
    } catch (error) {
      this.#control.close();
      this.#ledger.close();
      throw error;
    }
    this.#undo.push(() => this.#processes.end());
    this.#processes.undo('control', removalOf(this.#control.folder));
    this.#processes.onWardenLost = () =>
      this.#lost.reject(
        new WorldError(
          'warden',
          'the warden of this run is gone; everything was healed and the run ended',
        ),
      );
    this.#lost.promise.catch(() => {});
  }

  lead(): Promise<GearReport> {
    return Promise.race([this.#lead(), this.#lost.promise, this.#stoppedEarly()]);
  }

  /** Until there is a conductor to stop the run in good order, a wish to stop just ends it. */
  #stoppedEarly(): Promise<never> {
    const { signal } = this.#request;
    return new Promise((_, reject) => {
      const stop = (): void => {
        if (!this.#isConducted) reject(new Interrupted());
      };
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    });
  }

  async close(): Promise<void> {
    for (const undo of this.#undo.reverse()) await undo();
    this.#control.close();
    this.#ledger.close();
  }

  async #lead(): Promise<GearReport> {
    const { plan, directory, signal, say } = { ...this.#request };
    directory.writeText(
      'run.json',
      `${JSON.stringify({ run: this.#run, runner: process.pid, warden: this.#processes.wardenPid }, null, 2)}\n`,
    );
    const stop = new Promise<string>((resolve) => {
      signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
      if (signal.aborted) resolve('interrupted');
    });
    await this.#control.listen();
    say(`starting ${plan.target.name}`);
    const target = await this.#startTarget();
    const injector = await this.#openLinks(target);
    const cohorts = new Map(
      plan.cohorts.flatMap((cohort, index) => {
        const address = cohort.id === 'direct' ? null : injector.addressOf(index);
        return address === null ? [] : [[index, { ...address, tls: target.address.tls }] as const];
      }),
    );
    const shards = await this.#startShards(target, cohorts);
    say(`${shards.length} shards ready, observers connecting`);
    await within(
      Promise.all(shards.map((shard) => shard.prepare())),
      OBSERVERS_READY_MS,
      `${plan.target.name} did not let all observers in within ${OBSERVERS_READY_MS / 1000} s`,
    );
    const outcome = await this.#conduct(target, injector, shards, cohorts, stop);
    const report = {
      ...this.#report(outcome, target),
      mutantFired: await this.#mutantFired(target),
    };
    await injector.close();
    await target.stop();
    return report;
  }

  async #startTarget(): Promise<RunningTarget> {
    const catalog = await loadCatalog([targetFamily], this.#request.plugins);
    const kind = catalog.of(targetFamily).get(this.#plan.target.kind);
    assert(kind !== undefined, `target kind ${this.#plan.target.kind} is in the catalog`);
    return kind.start({
      plan: this.#plan,
      directory: this.#request.directory,
      processes: this.#processes,
      run: this.#run,
      secret: this.#secret,
      base: this.#request.base,
      plugins: this.#request.plugins,
      onLost: (why) => this.#ledger.write('note', { text: why }),
    });
  }

  async #openLinks(target: RunningTarget): Promise<ToxiproxyInjector> {
    const proxied = this.#plan.cohorts.some((cohort) => cohort.id !== 'direct');
    const url = proxied ? await this.#startProxy() : '';
    const injector = new ToxiproxyInjector(url);
    await injector.open(
      this.#plan.cohorts.flatMap((cohort, index) =>
        cohort.id === 'direct'
          ? []
          : [
              {
                index,
                id: `tw-${this.#run}-${cohort.id}`,
                upstream: `${target.address.host}:${target.address.port}`,
                profile: cohort.profile,
              },
            ],
      ),
    );
    return injector;
  }

  async #startProxy(): Promise<string> {
    const main = script('./proxy-process');
    const { url } = await ready<{ url: string }>(
      this.#processes,
      {
        id: 'proxy',
        command: process.execPath,
        args: [...main, String(this.#plan.seed)],
        log: this.#request.directory.file('log/proxy.log'),
      },
      'the embedded proxy',
      CHILD_READY_MS,
      (why) =>
        this.#lost.reject(
          new WorldError('proxy', `the embedded proxy ${why} in the middle of the run`),
        ),
    );
    return url;
  }

  async #startShards(
    target: RunningTarget,
    cohorts: ReadonlyMap<number, Address>,
  ): Promise<RemoteShard[]> {
    const { plan, directory, plugins, shards: asked } = this.#request;
    const count = shardCount(plan.devices.length, asked);
    const main = [...SMALL_HEAP, ...script('./shard-process')];
    return Promise.all(
      Array.from({ length: count }, async (_, number) => {
        const name = `shard-${number}`;
        const dialled = this.#control.expect(name);
        this.#processes.start(
          {
            id: name,
            command: process.execPath,
            args: [...main, this.#control.path, name],
            log: directory.file(`log/${name}.log`),
          },
          () => {},
          (why) =>
            this.#lost.reject(
              new WorldError('shard', `${name} ${why}`, `see log/${name}.log in the run directory`),
            ),
        );
        const remote = await within(
          dialled,
          CHILD_READY_MS,
          `${name} did not report within ${CHILD_READY_MS / 1000} s`,
        );
        const shard = new RemoteShard(remote);
        remote.onNews = (news, value) => this.#hear(name, shard, news, value);
        const orders: ShardOrders = {
          directory: directory.path,
          number,
          planSha256: planDigest(this.#plan),
          lanes: lanesOf(number, count),
          run: this.#run,
          secret: this.#secret,
          target: target.address,
          http: target.http,
          cohorts: [...cohorts],
          plugins: [...plugins],
          credentialsFile: this.#credentialsFile,
        };
        await shard.init(orders);
        return shard;
      }),
    );
  }

  async #conduct(
    target: RunningTarget,
    injector: ToxiproxyInjector,
    shards: readonly RemoteShard[],
    cohorts: ReadonlyMap<number, Address>,
    stop: Promise<string>,
  ): Promise<Outcome> {
    const plan = this.#plan;
    const wheel = new PacingWheel(this.#clock, plan.quantumMs);
    const links = new TcpLinks(target.address, cohorts);
    const credentials = credentialsOf(plan.target, this.#run, this.#secret, this.#credentialsFile);
    const probes = probesOf(plan, this.#run, {
      wheel,
      ledger: this.#ledger,
      clock: this.#clock,
      links,
      credentials,
    });
    const conductor = new Conductor({
      plan,
      clock: this.#clock,
      ledger: this.#ledger,
      shards,
      probes,
      stop,
      faults: (await loadCatalog([faultFamily], this.#request.plugins)).of(faultFamily),
      hands: faultHands({
        links: injector,
        target,
        shards,
        ledger: this.#ledger,
        targetAccepts: () => accepts(target.address.host, target.address.port, 500),
      }),
      progress: this.#request.progress,
    });
    const unwatch = watchStalls(
      (ms) => this.#notes.stall('runner', ms),
      (health) => this.#notes.health('runner', health),
    );
    this.#undo.push(
      unwatch,
      () => wheel.stop(),
      () => conductor.abandon(),
    );
    const origin = monotonicMs() + LEAD_MS;
    this.#clock.start(origin);
    await Promise.all(shards.map((shard) => shard.startAt(origin)));
    await new Promise((resolve) => setTimeout(resolve, origin - monotonicMs()));
    this.#isConducted = true;
    return conductor.run();
  }

  /** A foreign target's accounts, beside the scenario file. */
  get #credentialsFile(): string | null {
    const { credentialsFile } = this.#plan.target;
    return credentialsFile === null ? null : resolve(this.#request.base, credentialsFile);
  }

  #hear(name: string, shard: RemoteShard, news: string, value: unknown): void {
    if (news === 'stats') shard.noteStats(value as Parameters<RemoteShard['noteStats']>[0]);
    else if (news === 'stall') {
      const { ms, t } = value as { ms: number; t: number };
      this.#notes.stall(name, ms, t);
    } else if (news === 'health') this.#notes.health(name, value as Health);
    else if (news === 'failure') {
      const { code, message, remedy } = value as { code: string; message: string; remedy?: string };
      this.#lost.reject(new WorldError(code, message, remedy));
    }
  }

  async #mutantFired(target: RunningTarget): Promise<number | null> {
    if (this.#plan.target.mutant === null || target.http === null) return null;
    const answer = await httpQueries(target.http.url, target.http.token).get('/stats', {});
    if (answer.status !== 200) return null;
    return Number((answer.body as { fired?: number }).fired ?? 0) + (target.firedBefore?.() ?? 0);
  }

  #report(outcome: Outcome, target: RunningTarget): Omit<GearReport, 'mutantFired'> {
    const proxied = this.#plan.cohorts.some((cohort) => cohort.id !== 'direct');
    return {
      outcome,
      run: this.#run,
      components: [
        target.component,
        ...(proxied
          ? [
              {
                name: 'embedded proxy',
                version: '',
                how: 'process, driven through the Toxiproxy API',
              },
            ]
          : []),
      ],
      processes: this.#notes.processes,
      notes: [],
    };
  }
}

/** For a shell; the folder lies wherever this machine keeps what is temporary. */
const removalOf = (folder: string): string => `rm -rf '${folder.replaceAll("'", `'\\''`)}'`;

/** Node arguments that start a file of ours, in the repository as in the package. */
function script(relative: string): string[] {
  const here = import.meta.url;
  const file = fileURLToPath(new URL(`${relative}.${here.endsWith('.ts') ? 'ts' : 'js'}`, here));
  return ['--disable-warning=ExperimentalWarning', file];
}

function within<T>(promise: Promise<T>, boundMs: number, message: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new WorldError('component', message));
    const timer = setTimeout(late, boundMs).unref();
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
