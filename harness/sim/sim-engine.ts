/**
 * The sim gear from inside: one process in virtual time that holds the platform twin, the links,
 * the whole fleet and the conductor. Started with `--import sim-clock`; prints progress and its
 * outcome as lines. Everything in here is the same code as in the real gear but for the links and
 * the clock.
 */

import { writeSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { type FaultKind, MemoryInjector } from '#chaos';
import type { DeviceModel } from '#devices';
import { LANES, type Plan, WorldError } from '#kernel';
import {
  DEFAULT_LIMITS,
  type Mutant,
  nativeTopics,
  type Platform,
  readJsonEnvelope,
  startPlatform,
} from '#platform';
import { loadFolder, loadPluginFile } from '../catalog.ts';
import { Conductor, type Outcome } from '../conductor.ts';
import { nativeDialect } from '../dialects/native.ts';
import { faultHands } from '../fault-hands.ts';
import { PacingWheel } from '../fleet/pacing.ts';
import { Probe } from '../fleet/probe.ts';
import { Shard } from '../fleet/shard.ts';
import type { Links } from '../fleet/surroundings.ts';
import { LedgerWriter } from '../ledger-writer.ts';
import { RunClock } from '../run-clock.ts';
import { digests, planDigest, RunDirectory } from '../run-directory.ts';
import { accountsOf } from '../targets/accounts.ts';
import { credentialsOf } from '../targets/credentials.ts';
import { drive, realSeconds, seedChance, virtualNow } from './sim-clock.ts';

/** The run's name on the wire: a constant, since it is in every topic and so in every byte. */
const RUN = 'sim';
const PROGRESS_EVERY_S = 0.1;

const [path = '', ...pluginFiles] = process.argv.slice(2);

function tell(line: unknown): void {
  try {
    writeSync(1, `${JSON.stringify(line)}\n`);
  } catch {
    // A full pipe: progress may be dropped, the outcome is asked for again below.
  }
}

async function main(): Promise<void> {
  const directory = new RunDirectory(path);
  const plan = directory.readPlan();
  seedChance(plan.seed);
  const kinds = await loadKinds();
  let over: Finished | null = null;
  let failed: { error: unknown } | null = null;
  const asked = Promise.withResolvers<string>();
  process.on('SIGTERM', () => asked.resolve('interrupted'));
  run(plan, directory, kinds, asked.promise).then(
    (finished) => {
      over = finished;
    },
    (error: unknown) => {
      failed = { error };
    },
  );
  await drive(() => over !== null || failed !== null);
  const failure = failed as { error: unknown } | null;
  if (failure !== null) throw failure.error;
  const cpu = process.cpuUsage();
  tell({
    kind: 'outcome',
    ...(over as Finished | null),
    peakResidentMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
  });
}

interface Finished {
  outcome: Outcome;
  mutantFired: number | null;
}

interface Kinds {
  models: Map<string, DeviceModel>;
  faults: Map<string, FaultKind>;
  mutants: Map<string, Mutant>;
}

async function loadKinds(): Promise<Kinds> {
  const kinds: Kinds = {
    models: await loadFolder('devices/models'),
    faults: await loadFolder('chaos/faults'),
    mutants: await loadFolder('twins/platform/mutants'),
  };
  for (const file of pluginFiles) {
    const plugin = await loadPluginFile(file);
    if ('signals' in plugin) kinds.models.set(plugin.kind, plugin as DeviceModel);
    else if ('inject' in plugin) kinds.faults.set(plugin.kind, plugin as FaultKind);
    else if ('plant' in plugin) kinds.mutants.set(plugin.kind, plugin as Mutant);
  }
  return kinds;
}

async function run(
  plan: Plan,
  directory: RunDirectory,
  kinds: Kinds,
  stop: Promise<string>,
): Promise<Finished> {
  const clock = new RunClock(virtualNow);
  const sha = planDigest(plan);
  const lanes = Array.from({ length: LANES }, (_, lane) => lane);
  const ledgerOf = (segment: string, own: number[]): LedgerWriter =>
    new LedgerWriter(
      directory.segment(segment),
      { schema: 'twinstorm.ledger/1', segment, planSha256: sha, lanes: own },
      clock,
    );
  const harnessLedger = ledgerOf('harness', []);
  const credentials = credentialsOf(plan.target, RUN, `secret/${plan.seed}`, null);
  const twin = new SimTarget(
    plan,
    directory,
    clock,
    kinds.mutants.get(plan.target.mutant ?? '') ?? null,
  );
  await twin.start();
  const injector = new MemoryInjector({
    timers: clock,
    seed: plan.seed,
    accept: (end) => twin.accept(end),
  });
  await injector.open(
    plan.cohorts.map((cohort, index) => ({
      index,
      id: cohort.id,
      upstream: '',
      profile: cohort.profile,
    })),
  );
  const links: Links = {
    open: (device) => injector.connect(device.cohort),
    direct: () => injector.direct(),
    probe: (cohort) => injector.connect(cohort),
    abandon: (stream) => injector.abandon(stream),
  };
  const shard = new Shard({
    plan,
    number: 0,
    lanes,
    clock,
    ledger: ledgerOf('shard-0', lanes),
    links,
    credentials,
    dialect: nativeDialect(RUN),
    models: kinds.models,
    queries: { get: async (route, query) => twin.request(route, new URLSearchParams(query)) },
  });
  await shard.prepare();
  const wheel = new PacingWheel(clock, plan.quantumMs);
  const probes = new Map(
    plan.cohorts.flatMap((cohort, index) =>
      cohort.id === 'direct' && plan.faults.every((fault) => fault.acts !== 'target')
        ? []
        : [[index, probeOf(index, wheel, harnessLedger, clock, links, credentials)] as const],
    ),
  );
  let saidAt = 0;
  const conductor = new Conductor({
    plan,
    clock,
    ledger: harnessLedger,
    shards: [shard],
    probes,
    faults: kinds.faults,
    stop,
    hands: faultHands({
      links: injector,
      target: twin,
      shards: [shard],
      ledger: harnessLedger,
      clock,
      targetAccepts: async () => twin.accepting,
    }),
    progress: (progress) => {
      if (realSeconds() - saidAt < PROGRESS_EVERY_S) return;
      saidAt = realSeconds();
      tell({ kind: 'progress', progress });
    },
  });
  clock.start();
  const outcome = await conductor.run();
  wheel.stop();
  harnessLedger.close();
  const { fired } = twin;
  await twin.stop();
  return { outcome, mutantFired: plan.target.mutant === null ? null : fired };
}

function probeOf(
  cohort: number,
  wheel: PacingWheel,
  ledger: LedgerWriter,
  clock: RunClock,
  links: Links,
  credentials: ReturnType<typeof credentialsOf>,
): Probe {
  const name = `probe/${cohort}`;
  return new Probe(
    {
      wheel,
      ledger,
      now: () => clock.now(),
      open: () => links.probe(cohort),
      topic: `tw/${RUN}/probe/${cohort}`,
      clientId: credentials.clientId(name),
      userName: credentials.userName(name),
      password: credentials.password(name),
    },
    cohort,
  );
}

/** The platform twin in this process: killed, it drops everything but its store. */
class SimTarget {
  readonly #options: Parameters<typeof startPlatform>[0];
  #platform: Platform | null = null;
  #firedBefore = 0;

  constructor(plan: Plan, directory: RunDirectory, clock: RunClock, mutant: Mutant | null) {
    const topics = nativeTopics(RUN);
    this.#options = {
      storeFile: directory.file('store.sqlite'),
      accounts: accountsOf(
        plan,
        RUN,
        credentialsOf(plan.target, RUN, `secret/${plan.seed}`, null),
        1,
      ),
      isTelemetry: topics.isTelemetry,
      readEnvelope: readJsonEnvelope,
      limits: { ...DEFAULT_LIMITS, queueLimit: plan.target.guarantees.queueLimit },
      clock,
      digests,
      mutant,
    };
  }

  get accepting(): boolean {
    return this.#platform !== null;
  }

  /** What the planted bug did, over all lives of the platform. */
  get fired(): number {
    return this.#firedBefore + (this.#platform?.stats().fired ?? 0);
  }

  async start(): Promise<void> {
    this.#platform ??= await startPlatform(this.#options);
  }

  async kill(): Promise<void> {
    this.#firedBefore = this.fired;
    this.#platform?.kill();
    this.#platform = null;
  }

  async stop(): Promise<void> {
    await this.#platform?.close();
    this.#platform = null;
  }

  /** False refuses the connection. */
  accept(end: Duplex): boolean {
    if (this.#platform === null) return false;
    this.#platform.handle(end);
    return true;
  }

  request(path: string, query: URLSearchParams): { status: number; body: unknown } {
    return this.#platform?.request('GET', path, query) ?? { status: 503, body: null };
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof WorldError) {
      tell({ kind: 'error', code: error.code, message: error.message, remedy: error.remedy });
      process.exit(0);
    }
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(1);
  },
);
