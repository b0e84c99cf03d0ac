/**
 * The part of a real run that is measured: from one instant that every process knows, the conductor
 * plays the score with the probes in this process and the shards in theirs.
 */
import { faultFamily } from '#chaos';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { PacingWheel } from '../../fleet/pacing.ts';
import { fellSilent } from '../../processes/remote.ts';
import { watchSilence } from '../../processes/silence-watch.ts';
import { watchStalls } from '../../processes/stall-watch.ts';
import { monotonicMs } from '../../record/run-clock.ts';
import { Conductor } from '../../run/conductor.ts';
import { armedIn, faultActions } from '../../run/fault-actions.ts';
import { silenceBound } from '../../run/shard-bounds.ts';
import { credentialsOf } from '../../targets/credentials.ts';
import { NamedHands } from '../../targets/named-hands.ts';
import type { RunningTarget } from '../../targets/target.ts';
import { accepts } from '../../targets/tcp-ports.ts';
import { probesOf } from '../../watch/probes.ts';
import { TcpLinks } from '../../wire/tcp-links.ts';
import type { LoadShard } from './load/load-shard.ts';
import type { OpenLinks } from './open-links.ts';
import type { RealRun } from './real-run.ts';
import type { RemoteShard } from './remote-shard.ts';

/** From "go" to time zero: long enough for the word to reach every process. */
const LEAD_MS = 300;
/** And for a shard to start each of its devices: one that starts later boots later than planned. */
const LEAD_DEVICE_MS = 0.1;

export interface Players {
  target: RunningTarget;
  links: OpenLinks;
  shards: readonly RemoteShard[];
  /** What something else than the fleet does; null where there is no such thing. */
  load: LoadShard | null;
}

/** The conductor, once time runs; until then nobody plays. */
export async function tuneUp(
  run: RealRun,
  players: Players,
  stop: Promise<string>,
): Promise<Conductor> {
  const conductor = await conductorOf(run, players, stop);
  const boundMs = silenceBound(run.plan);
  run.undo.register('the score', () => conductor.abandon());
  run.undo.hold(
    'the watch over stalls',
    () =>
      watchStalls(
        (ms) => run.notes.stall('runner', ms),
        (vitals) => run.notes.vitals('runner', vitals),
      ),
    (unwatch) => unwatch(),
  );
  const perShard = run.plan.devices.length / Math.max(1, players.shards.length);
  const origin = monotonicMs() + LEAD_MS + perShard * LEAD_DEVICE_MS;
  run.clock.start(origin);
  run.zeroAt = new Date(Date.now() + origin - monotonicMs()).toISOString();
  await Promise.all([
    players.links.hops?.startAt(origin),
    ...players.shards.map((shard) => shard.startAt(origin)),
  ]);
  const remotes = players.shards.map(({ remote }) => remote);
  run.undo.hold(
    'the watch over silence',
    () => watchSilence(run.clock, remotes, boundMs, (name) => giveUp(run, name, boundMs)),
    (unwatch) => unwatch(),
  );
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, origin - monotonicMs())));
  return conductor;
}

/** It would do nothing any more, and hold up whoever asks it: it goes before the run does. */
function giveUp(run: RealRun, name: string, boundMs: number): void {
  run.lose(fellSilent(name, boundMs));
  // The warden ends it if this does not.
  run.processes.kill(name, 'SIGKILL').catch(() => {});
}

async function conductorOf(
  run: RealRun,
  { target, links, shards, load }: Players,
  stop: Promise<string>,
): Promise<Conductor> {
  const { plan, clock, ledger } = run;
  const wheel = run.undo.hold(
    'the pacing wheel',
    () => new PacingWheel(clock, plan.quantumMs),
    (turning) => turning.stop(),
  );
  const probes = probesOf(plan, run.id, {
    wheel,
    ledger,
    clock,
    links: new TcpLinks(target.address, links.cohorts),
    credentials: credentialsOf(plan.target, run.id, run.secret, run.credentialsFile),
  });
  return new Conductor({
    plan,
    clock,
    ledger,
    shards: load === null ? shards : [...shards, load],
    probes,
    stop,
    faults: (await loadCatalog([faultFamily], run.request.plugins)).of(faultFamily),
    actions: faultActions({
      links: links.injector,
      taps: links.hops?.hands,
      target,
      hands: new NamedHands(plan.target.namedHands ?? {}, run.processes, run.request.base),
      shards,
      ledger,
      targetAccepts: () => accepts(target.address.host, target.address.port, 500),
    }),
    arm: armedIn(shards),
    progress: run.request.progress,
  });
}
