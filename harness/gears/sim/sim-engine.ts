/**
 * The sim gear from inside: one process in virtual time that holds the platform twin, the links,
 * the whole fleet and the conductor. Started with `--import sim-clock`; prints progress and its
 * outcome as lines. Everything in here is the same code as in the real gear but for the links and
 * the clock.
 */
import { writeSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { faultFamily, MemoryInjector } from '#chaos';
import { modelFamily, partFamily } from '#devices';
import { type Catalog, LANES, type Plan, WorldError } from '#kernel';
import {
  DEFAULT_KEPT,
  DEFAULT_LIMITS,
  mutantFamily,
  nativeTopics,
  type Platform,
  readJsonEnvelope,
  serviceFamily,
  startPlatform,
} from '#platform';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { nativeDialect } from '../../dialects/native.ts';
import { PacingWheel } from '../../fleet/pacing.ts';
import { diskError, LedgerWriter } from '../../record/ledger-writer.ts';
import { RunClock } from '../../record/run-clock.ts';
import { digests, planDigest, RunDirectory } from '../../record/run-directory.ts';
import { Conductor, type Outcome } from '../../run/conductor.ts';
import { faultHands } from '../../run/fault-hands.ts';
import type { Progress } from '../../run/progress.ts';
import { Shard } from '../../run/shard.ts';
import { accountsOf } from '../../targets/accounts.ts';
import { credentialsOf } from '../../targets/credentials.ts';
import { probesOf } from '../../watch/probes.ts';
import type { Links } from '../../wire/links.ts';
import { workflowFamily } from '../../workflows/workflow-family.ts';
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

/** What a run needs of the catalog. */
const FAMILIES = [
  modelFamily,
  partFamily,
  workflowFamily,
  faultFamily,
  mutantFamily,
  serviceFamily,
];

async function main(): Promise<void> {
  const directory = new RunDirectory(path);
  const plan = directory.readPlan();
  seedChance(plan.seed);
  const catalog = await loadCatalog(FAMILIES, pluginFiles);
  let over: Finished | null = null;
  let failed: { error: unknown } | null = null;
  const asked = Promise.withResolvers<string>();
  process.on('SIGTERM', () => asked.resolve('interrupted'));
  run(plan, directory, catalog, asked.promise).then(
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

async function run(
  plan: Plan,
  directory: RunDirectory,
  catalog: Catalog,
  stop: Promise<string>,
): Promise<Finished> {
  const clock = new RunClock(virtualNow);
  const lanes = Array.from({ length: LANES }, (_, lane) => lane);
  const ledger = ledgerOf(plan, directory, clock, 'harness', []);
  const twin = new SimTarget(plan, directory, clock, catalog);
  await twin.start();
  const injector = await openLinks(plan, clock, twin);
  const links = linksOf(injector);
  const credentials = credentialsOf(plan.target, RUN, secretOf(plan), null);
  const shard = new Shard({
    plan,
    number: 0,
    lanes,
    clock,
    ledger: ledgerOf(plan, directory, clock, 'shard-0', lanes),
    links,
    credentials,
    dialect: nativeDialect(RUN),
    models: catalog.of(modelFamily),
    parts: catalog.of(partFamily),
    workflows: catalog.of(workflowFamily),
    firmware: null,
    queries: { get: async (route, query) => twin.request(route, new URLSearchParams(query)) },
  });
  await shard.prepare();
  const wheel = new PacingWheel(clock, plan.quantumMs);
  const conductor = new Conductor({
    plan,
    clock,
    ledger,
    shards: [shard],
    probes: probesOf(plan, RUN, { wheel, ledger, clock, links, credentials }),
    faults: catalog.of(faultFamily),
    stop,
    hands: faultHands({
      links: injector,
      target: twin,
      shards: [shard],
      ledger,
      targetAccepts: async () => twin.accepting,
    }),
    progress: tellNowAndThen(),
  });
  clock.start();
  const outcome = await conductor.run();
  wheel.stop();
  ledger.close();
  const { fired } = twin;
  await twin.stop();
  return { outcome, mutantFired: plan.target.mutant === null ? null : fired };
}

function ledgerOf(
  plan: Plan,
  directory: RunDirectory,
  clock: RunClock,
  segment: string,
  lanes: number[],
): LedgerWriter {
  const planSha256 = planDigest(plan);
  const header = { schema: 'twinstorm.ledger/1' as const, segment, planSha256, lanes };
  return new LedgerWriter(directory.segment(segment), header, clock);
}

async function openLinks(plan: Plan, clock: RunClock, twin: SimTarget): Promise<MemoryInjector> {
  const injector = new MemoryInjector({
    timers: clock,
    seed: plan.seed,
    accept: (end) => twin.accept(end),
  });
  await injector.open(
    plan.cohorts.map(({ id, profile }, index) => ({ index, id, upstream: '', profile })),
  );
  return injector;
}

function linksOf(injector: MemoryInjector): Links {
  return {
    open: (device) => injector.connect(device.cohort),
    direct: () => injector.direct(),
    probe: (cohort) => injector.connect(cohort),
    abandon: (stream) => injector.abandon(stream),
  };
}

/** A seeded secret: there is nobody in here to keep one from. */
const secretOf = (plan: Plan): string => `secret/${plan.seed}`;

function tellNowAndThen(): (progress: Progress) => void {
  let saidAt = 0;
  return (progress) => {
    if (realSeconds() - saidAt < PROGRESS_EVERY_S) return;
    saidAt = realSeconds();
    tell({ kind: 'progress', progress });
  };
}

/** The platform twin in this process: killed, it drops everything but its store. */
class SimTarget {
  readonly #options: Parameters<typeof startPlatform>[0];
  #platform: Platform | null = null;
  #firedBefore = 0;

  constructor(plan: Plan, directory: RunDirectory, clock: RunClock, catalog: Catalog) {
    this.#options = {
      storeFile: directory.file('store.sqlite'),
      accounts: accountsOf(plan, RUN, credentialsOf(plan.target, RUN, secretOf(plan), null), 1),
      topics: nativeTopics(RUN),
      readEnvelope: readJsonEnvelope,
      services: [...catalog.of(serviceFamily).values()],
      kept: DEFAULT_KEPT,
      limits: { ...DEFAULT_LIMITS, queueLimit: plan.target.guarantees.queueLimit },
      clock,
      digests,
      mutant: catalog.of(mutantFamily).get(plan.target.mutant ?? '') ?? null,
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
  (thrown: unknown) => {
    // The disk can be full for the platform's store as well, which knows no such words.
    const error = diskError(thrown, path);
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
