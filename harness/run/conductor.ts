/**
 * The score of a run: warm up, hold steady, break, heal, settle, drain, read back. The same for
 * both gears; only the players differ. What was broken is always healed, also when the run is
 * stopped, halted, or ended at the plan's bound on its time.
 */
import { schedule } from '#chaos';
import { formatDuration, type Plan, phaseOf } from '#kernel';
import { addSnapshots, type TallySnapshot } from '../fleet/tally.ts';
import { FaultRunner, type FaultStage } from './fault-runner.ts';
import { judgeGate } from './gate.ts';
import { addBins, binsOf, emptyBins, type LatencyBins } from './latency-bins.ts';
import { PhaseLog } from './phase-log.ts';
import { type Progress, progressOf } from './progress.ts';
import type { ShardControl } from './shard.ts';
import { StopWhen } from './stop-when.ts';
import { Waiting } from './waiting.ts';

export interface Stage extends FaultStage {
  plan: Plan;
  shards: readonly ShardControl[];
  progress(progress: Progress): void;
  /** Fulfilled when somebody wants the run to stop. */
  stop: Promise<string>;
}

/** How a run ended: `done` also when the gate stayed shut; the ledger says what that means. */
export type Outcome =
  | { kind: 'done' }
  | { kind: 'halted'; why: string }
  | { kind: 'stopped'; why: string }
  /** It went on beyond the plan's bound on its time. */
  | { kind: 'overran'; why: string };

const TICK_MS = 250;

export class Conductor {
  readonly #stage: Stage;
  readonly #waiting: Waiting;
  readonly #phases: PhaseLog;
  readonly #faults: FaultRunner;
  readonly #stopWhen: StopWhen;
  #outcome: Outcome = { kind: 'done' };
  #gateOpen = true;
  #latest: TallySnapshot | null = null;
  /** Of all that was seen so far; a snapshot tells what came since the one before. */
  #latency: LatencyBins = emptyBins();
  #unbind: () => void = () => {};

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#waiting = new Waiting(stage.clock);
    this.#phases = new PhaseLog(stage.ledger);
    this.#faults = new FaultRunner(stage);
    this.#stopWhen = new StopWhen(stage.plan);
    void stage.stop.then((why) => this.#interrupt({ kind: 'stopped', why }));
  }

  async run(): Promise<Outcome> {
    const { plan, clock } = this.#stage;
    this.#unbind = clock.after(plan.bounds.durationMs, () => this.#overrun());
    await this.#warmUp();
    await this.#holdSteady();
    if (this.#goesOn()) await this.#break();
    await this.#faults.healAll();
    if (this.#goesOn()) await this.#settle();
    await this.#drain();
    this.#unbind();
    await this.#readBack();
    return this.#outcome;
  }

  /** The run is over without an outcome: a process was lost, and whoever knows has healed. */
  abandon(): void {
    this.#unbind();
    this.#phases.abandon();
    this.#faults.abandon();
    this.#waiting.end();
    for (const probe of this.#stage.probes.values()) probe.end();
  }

  async #warmUp(): Promise<void> {
    const { plan, probes, shards } = this.#stage;
    this.#phases.begin('warmup');
    for (const probe of probes.values()) probe.start();
    await Promise.all(shards.map((shard) => shard.start()));
    this.#watch();
    await this.#waiting.until(phaseOf(plan.phases, 'steady').from);
  }

  async #holdSteady(): Promise<void> {
    this.#phases.begin('steady');
    await this.#waiting.until(this.#stage.plan.gate.at);
    if (!this.#waiting.isCut) this.#closeGate();
  }

  /** Faults come and go by the plan's clock. */
  async #break(): Promise<void> {
    const { plan } = this.#stage;
    this.#phases.begin('chaos');
    for (const { at, fault, kind } of schedule(plan.faults)) {
      await this.#waiting.until(at);
      if (this.#waiting.isCut) return;
      await this.#waiting.orUntil(
        kind === 'inject' ? this.#faults.inject(fault) : this.#faults.heal(fault.id),
      );
    }
    await this.#waiting.until(phaseOf(plan.phases, 'settle').from);
  }

  async #settle(): Promise<void> {
    this.#phases.begin('settle');
    await this.#waiting.until(phaseOf(this.#stage.plan.phases, 'drain').from);
  }

  /** No samples any more, but what is buffered may still go; who halted the run still gets that. */
  async #drain(): Promise<void> {
    const { plan, clock, shards } = this.#stage;
    await Promise.all(shards.map((shard) => shard.stopSampling()));
    const until = this.#phases.begin('drain');
    await Promise.all(shards.map((shard) => shard.accountSamples(until)));
    const { from, to } = phaseOf(plan.phases, 'drain');
    const { kind } = this.#outcome;
    if (kind === 'done' || kind === 'halted') {
      this.#waiting.renew();
      await this.#waiting.until(clock.now() + to - from);
    }
    // Otherwise the drain would look whole once the final read is over.
    if (this.#outcome.kind === 'overran') this.#phases.end();
  }

  async #readBack(): Promise<void> {
    const { ledger, probes, shards } = this.#stage;
    await Promise.all(shards.map((shard) => shard.finalRead()));
    for (const probe of probes.values()) probe.end();
    this.#phases.end();
    await Promise.all(shards.map((shard) => shard.end()));
    ledger.flush();
  }

  #goesOn(): boolean {
    return !this.#waiting.isCut && this.#gateOpen;
  }

  #closeGate(): void {
    const { plan, ledger } = this.#stage;
    const { open, text } = judgeGate(plan, this.#latest ?? this.#counts());
    this.#gateOpen = open;
    ledger.write('gate', { open: this.#gateOpen, figures: text });
  }

  /** Counts, progress and stop-when, four times a second of the run's own time. */
  #watch(): void {
    const { clock } = this.#stage;
    const tick = (): void => {
      if (this.#phases.current === '') return;
      const snapshot = this.#counts();
      this.#latest = snapshot;
      this.#report(snapshot);
      this.#checkStopWhen(snapshot);
      clock.after(TICK_MS, tick);
    };
    clock.after(TICK_MS, tick);
  }

  #counts(): TallySnapshot {
    return addSnapshots(this.#stage.shards.map((shard) => shard.stats()));
  }

  #report(snapshot: TallySnapshot): void {
    const { plan, clock, progress } = this.#stage;
    this.#latency = addBins(this.#latency, binsOf(snapshot.latency));
    progress(
      progressOf(snapshot, {
        phase: this.#phases.current,
        t: clock.now(),
        end: phaseOf(plan.phases, 'drain').to,
        activeFaults: this.#faults.injected,
        latency: this.#latency,
      }),
    );
  }

  #checkStopWhen(snapshot: TallySnapshot): void {
    const { clock, ledger } = this.#stage;
    const unmeasured = ['warmup', 'drain'].includes(this.#phases.current);
    if (unmeasured || this.#outcome.kind !== 'done') return;
    const why = this.#stopWhen.look(snapshot, clock.now());
    if (why === null) return;
    ledger.write('halt', { why });
    this.#interrupt({ kind: 'halted', why });
  }

  /** Whatever it still waits for: a run has an end. */
  #overrun(): void {
    const { plan, ledger } = this.#stage;
    const why = `the run went on beyond its bound of ${formatDuration(plan.bounds.durationMs)}`;
    ledger.write('note', { text: why });
    this.#interrupt({ kind: 'overran', why });
  }

  #interrupt(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#waiting.cut();
  }
}
