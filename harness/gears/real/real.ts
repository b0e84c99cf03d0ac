/**
 * The real gear: sockets, processes and the machine's own clock. The warden comes first and goes
 * last; the target, the proxy and the shards are its children; the conductor stays in this process
 * with the probes and the harness's own segment of the ledger. Here a run is led from its first
 * process to its report, and whatever happens everything is taken back.
 */
import { WorldError } from '#kernel';
import { HOLDER } from '../../processes/holding.ts';
import { monotonicMs, RunClock } from '../../record/run-clock.ts';
import { within } from '../../run/bounded.ts';
import { OBSERVERS_READY_MS } from '../../run/let-in.ts';
import { countMutant } from '../../run/mutant-count.ts';
import { UndoStack, undoNote } from '../../run/undo.ts';
import type { FoundK6 } from '../../targets/components/k6.ts';
import { type GearReport, type GearRequest, Interrupted, lossOf } from '../gear.ts';
import { tuneUp } from './conduct.ts';
import { Hooks } from './hooks.ts';
import { prepareLoad, startLoad } from './load/start-load.ts';
import { openLinks } from './open-links.ts';
import { RealRun } from './real-run.ts';
import { reachBehind } from './run-store.ts';
import { startTarget } from './run-target.ts';
import { startShards } from './start-shards.ts';

export async function runReal(request: GearRequest): Promise<GearReport> {
  const clock = new RunClock(monotonicMs);
  let run: RealRun | null = null;
  const undo = new UndoStack(clock, (failure) => {
    request.say(undoNote(failure));
    run?.ledger.write('note', { text: undoNote(failure) });
  });
  try {
    run = new RealRun(request, clock, undo);
    const hooks = new Hooks(run);
    const wish = new Wish(request.signal);
    const report = await Promise.race([lead(run, hooks, wish), run.lost, wish.early]);
    run.ledger.isComplete = true;
    const failures = await undo.unwind();
    hooks.refuseFailure();
    return { ...report, notes: [...report.notes, ...failures.map(undoNote)] };
  } catch (thrown) {
    const error = await run?.causeOf(thrown);
    const why = lossOf(error ?? thrown);
    if (why !== null) run?.ledger.write('broke-off', { why });
    throw error ?? thrown;
  } finally {
    await undo.unwind();
  }
}

/** Somebody's wish to stop. Until there is a conductor to end it in good order, a run just ends. */
class Wish {
  readonly stop: Promise<string>;
  readonly early: Promise<never>;
  #isConducted = false;

  constructor(signal: AbortSignal) {
    const asked = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    this.stop = asked.then(() => 'interrupted');
    this.early = new Promise((_, reject) => {
      void asked.then(() => {
        if (!this.#isConducted) reject(new Interrupted());
      });
    });
  }

  /** From here on the conductor hears of it. */
  handOver(): void {
    this.#isConducted = true;
  }
}

async function lead(run: RealRun, hooks: Hooks, wish: Wish): Promise<GearReport> {
  const { plan, processes } = run;
  const { say } = run.request;
  const held = run.directory.readJson<object>(HOLDER);
  const pids = { run: run.id, runner: process.pid, ...held, warden: processes.wardenPid };
  run.directory.writeText(HOLDER, runText(pids));
  const prepared = await prepareLoad(plan, run.request.base);
  await run.control.listen();
  await hooks.before();
  say(`starting ${plan.target.name}`);
  const target = await startTarget(run);
  const { host, port } = target.address;
  // For whoever stands behind it, and must know where that is.
  say(`${plan.target.name} is at ${host}:${port}`);
  run.directory.writeText(HOLDER, runText({ ...pids, target: `${host}:${port}` }));
  const behind = await reachBehind(run);
  const links = await openLinks(run, target);
  const shards = await startShards(run, target, behind, links);
  say(`${shards.length} shards ready, observers connecting`);
  // Earlier than the bound of the shards' own call: the target is to blame, no process of ours.
  await within(
    run.clock,
    OBSERVERS_READY_MS,
    Promise.all(shards.map((shard) => shard.prepare())),
    () =>
      new WorldError(
        'component',
        `${plan.target.name} did not let all observers in within ${OBSERVERS_READY_MS / 1000} s`,
      ),
  );
  const load = prepared && (await startLoad(run, prepared, target, links));
  const conductor = await tuneUp(run, { target, links, shards, load }, wish.stop);
  wish.handOver();
  const outcome = await conductor.run();
  const inTarget = async () => (await target.mutantFired?.()) ?? null;
  const mutantFired = await countMutant(plan, run.ledger, shards, inTarget);
  return {
    outcome,
    run: run.id,
    zeroAt: run.zeroAt,
    components: [
      target.component,
      ...(links.proxy === null ? [] : [links.proxy.component]),
      ...(prepared === null ? [] : [componentOf(prepared.k6)]),
    ],
    processes: run.notes.processes,
    mutantFired,
    notes: [],
  };
}

const runText = (facts: object): string => `${JSON.stringify(facts, null, 2)}\n`;

const componentOf = ({ version, hasMqtt }: FoundK6) => ({
  name: 'k6',
  version,
  how: `process, MQTT ${hasMqtt ? 'by k6/x/mqtt' : 'in WebSocket through a bridge'}`,
});
