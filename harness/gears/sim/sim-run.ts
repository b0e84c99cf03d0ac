/**
 * A run in virtual time: one process that holds the platform twin, the links, the whole fleet and
 * the conductor. The same code as in the real gear but for the links and the clock.
 */
import { cohortLinks, faultFamily, MemoryInjector, StandingLinks } from '#chaos';
import { modelFamily, partFamily } from '#devices';
import { type Catalog, LANES, opTable, type Plan } from '#kernel';
import { dialectOf } from '../../dialects/dialect-choice.ts';
import { PacingWheel } from '../../fleet/pacing.ts';
import { protocolFamily } from '../../fleet/protocol-family.ts';
import { LedgerWriter } from '../../record/ledger-writer.ts';
import { RunClock } from '../../record/run-clock.ts';
import { planDigest, type RunDirectory } from '../../record/run-directory.ts';
import { boundedShard } from '../../run/bounded-shard.ts';
import { Conductor, type Outcome } from '../../run/conductor.ts';
import type { LinkHands } from '../../run/device-actions.ts';
import { armedIn, faultActions } from '../../run/fault-actions.ts';
import { firmwareOf } from '../../run/firmware.ts';
import { countMutant } from '../../run/mutant-count.ts';
import type { Progress } from '../../run/progress.ts';
import { Shard } from '../../run/shard.ts';
import { UndoStack, undoNote } from '../../run/undo.ts';
import { credentialsOf } from '../../targets/credentials.ts';
import { twinPorts } from '../../targets/twin-ports.ts';
import { probesOf } from '../../watch/probes.ts';
import type { Credentials, Links } from '../../wire/links.ts';
import { workflowFamily } from '../../workflows/workflow-family.ts';
import { lossOf } from '../gear.ts';
import { virtualNow } from './sim-clock.ts';
import { RUN, secretOf } from './sim-names.ts';
import { SimTarget } from './sim-target.ts';
import { SimWebhooks } from './sim-webhooks.ts';

export interface SimRequest {
  plan: Plan;
  directory: RunDirectory;
  catalog: Catalog;
  /** Fulfilled when somebody wants the run to stop. */
  stop: Promise<string>;
  /** Rejected when time itself broke down: a timer of somebody's has thrown. */
  crashed: Promise<never>;
  progress(progress: Progress): void;
  say(text: string): void;
  /** The twin is asked for a page. A list may have many, and time stands still while it is read. */
  asked(): void;
}

export interface Finished {
  outcome: Outcome;
  mutantFired: number | null;
  notes: string[];
}

export async function playSim(request: SimRequest): Promise<Finished> {
  const { plan, directory, say } = request;
  const clock = new RunClock(virtualNow);
  let ledger: LedgerWriter | null = null;
  const undo = new UndoStack(clock, (failure) => {
    say(undoNote(failure));
    ledger?.write('note', { text: undoNote(failure) });
  });
  try {
    const segments = { plan, planSha256: planDigest(plan), directory, clock, undo };
    ledger = openSegment(segments, 'harness', []);
    const playing = play({ ...request, ...segments, ledger });
    const finished = await Promise.race([playing, request.crashed]);
    ledger.isComplete = true;
    const failures = await undo.unwind();
    return { ...finished, notes: failures.map(undoNote) };
  } catch (error) {
    ledger?.write('broke-off', { why: lossOf(error) ?? 'interrupted' });
    throw error;
  } finally {
    await undo.unwind();
  }
}

/** What the segments of one run have in common. */
interface Segments {
  plan: Plan;
  planSha256: string;
  directory: RunDirectory;
  clock: RunClock;
  undo: UndoStack;
}

interface Engine extends SimRequest, Segments {
  ledger: LedgerWriter;
}

async function play(engine: Engine): Promise<Omit<Finished, 'notes'>> {
  const { plan, directory, catalog, clock, ledger, undo } = engine;
  const webhooks = new SimWebhooks(clock);
  const twin = new SimTarget(plan, directory, clock, catalog, webhooks);
  undo.register('the platform twin', () => twin.stop());
  await twin.start();
  const credentials = credentialsOf(plan.target, RUN, secretOf(plan), null);
  const standing = new StandingLinks(plan, {
    timers: clock,
    clientIdOf: credentials.clientId,
    tell: (told) => ledger.write('tapped', { ...told }),
  });
  const injector = await openLinks(undo, plan, { clock, twin, standing });
  const links = linksOf(injector);
  const hands: LinkHands = {
    addToxics: (...what) => injector.addToxics(...what),
    disableLink: (cohort) => injector.disable(cohort),
  };
  const around = { links, linkHands: hands, credentials, webhooks };
  const shard = boundedShard(startShard(engine, twin, around), plan, clock);
  await shard.prepare();
  const wheel = undo.hold(
    'the pacing wheel',
    () => new PacingWheel(clock, plan.quantumMs),
    (turning) => turning.stop(),
  );
  const conductor = new Conductor({
    plan,
    clock,
    ledger,
    shards: [shard],
    probes: probesOf(plan, RUN, { wheel, ledger, clock, links, credentials }),
    faults: catalog.of(faultFamily),
    stop: engine.stop,
    actions: faultActions({
      links: injector,
      taps: standing,
      target: twin,
      shards: [shard],
      ledger,
      targetAccepts: async () => twin.accepting,
    }),
    arm: armedIn([shard]),
    progress: engine.progress,
  });
  undo.register('the score', () => conductor.abandon());
  clock.start();
  const outcome = await conductor.run();
  const mutantFired = await countMutant(plan, ledger, [shard], async () => twin.fired);
  return { outcome, mutantFired };
}

/** The whole fleet, in this process. */
function startShard(
  engine: Engine,
  twin: SimTarget,
  around: { links: Links; linkHands: LinkHands; credentials: Credentials; webhooks: SimWebhooks },
): Shard {
  const { plan, catalog, clock } = engine;
  const lanes = Array.from({ length: LANES }, (_, lane) => lane);
  return new Shard({
    plan,
    run: RUN,
    number: 0,
    lanes,
    clock,
    ledger: openSegment(engine, 'shard-0', lanes),
    ...around,
    // Nobody outside can reach what is in virtual time.
    say: () => {},
    dialect: dialectOf(plan.target, RUN, catalog, plan),
    models: catalog.of(modelFamily),
    parts: catalog.of(partFamily),
    protocols: catalog.of(protocolFamily),
    workflows: catalog.of(workflowFamily),
    faults: catalog.of(faultFamily),
    firmware: firmwareOf(plan, catalog),
    target: twinPorts(async (path, query, body) => {
      engine.asked();
      return twin.request(path, new URLSearchParams(query), body);
    }),
  });
}

function openSegment(
  { plan, planSha256, directory, clock, undo }: Segments,
  segment: string,
  lanes: number[],
): LedgerWriter {
  const header = { schema: 'twinstorm.ledger/1' as const, segment, planSha256, lanes };
  return undo.hold(
    `the segment ${segment} of the ledger`,
    () => new LedgerWriter(directory.segment(segment), header, clock, opTable(plan.ops)),
    (ledger) => ledger.close(),
  );
}

async function openLinks(
  undo: UndoStack,
  plan: Plan,
  { clock, twin, standing }: { clock: RunClock; twin: SimTarget; standing: StandingLinks },
): Promise<MemoryInjector> {
  const injector = new MemoryInjector({
    timers: clock,
    seed: plan.seed,
    accept: (end, channel) => twin.accept(end, channel),
    standingOn: (cohort, channel) => standing.on(cohort, channel),
  });
  undo.register('the links', async () => {
    await injector.close();
    standing.account.flush();
  });
  await injector.open(cohortLinks(plan.cohorts, '', () => ''));
  return injector;
}

function linksOf(injector: MemoryInjector): Links {
  return {
    open: (device, channel) => injector.connect(device.cohort, channel),
    direct: () => injector.direct(),
    witness: () => injector.direct(),
    probe: (cohort) => injector.connect(cohort),
    abandon: (stream) => injector.abandon(stream),
  };
}
