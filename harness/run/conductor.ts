/**
 * Leads a run through its phases: warm up, hold steady, break, heal, settle, drain, read back. The
 * same score for both gears; only the players differ. Faults are injected by the plan's clock and
 * always taken back, also when the run is stopped half-way.
 */
import { type FaultHands, type FaultKind, schedule, type Undo } from '#chaos';
import {
  type Clock,
  type FaultPlan,
  formatDuration,
  type PhasePlan,
  type Plan,
  phaseOf,
} from '#kernel';
import { addSnapshots, percentileOf, type TallySnapshot } from '../fleet/tally.ts';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { Probe } from '../watch/probe.ts';
import type { ShardControl } from './shard.ts';

export interface Stage {
  plan: Plan;
  clock: Clock;
  ledger: LedgerWriter;
  shards: readonly ShardControl[];
  /** One per cohort that is reached through a proxy, by cohort number. */
  probes: ReadonlyMap<number, Probe>;
  faults: ReadonlyMap<string, FaultKind>;
  hands: FaultHands;
  progress(progress: Progress): void;
  /** Fulfilled when somebody wants the run to stop. */
  stop: Promise<string>;
}

export interface Progress {
  phase: string;
  t: number;
  end: number;
  counts: Omit<TallySnapshot, 'latency'>;
  p50: number | null;
  p99: number | null;
  activeFaults: string[];
}

/** How a run ended: `done` also when the gate stayed shut; the ledger says what that means. */
export type Outcome =
  | { kind: 'done' }
  | { kind: 'halted'; why: string }
  | { kind: 'stopped'; why: string };

const TICK_MS = 250;
/** What cannot be taken back is tried again at the end: nothing of ours may be left behind. */
const HEAL_ATTEMPTS = 3;
const HEAL_PAUSE_MS = 500;

export class Conductor {
  readonly #stage: Stage;
  readonly #active = new Map<string, Undo>();
  #outcome: Outcome = { kind: 'done' };
  #phase = '';
  #interrupted = false;
  #abandoned = false;
  #wake: (() => void) | null = null;
  #gateOpen = true;
  readonly #held = new Map<number, number>();

  constructor(stage: Stage) {
    this.#stage = stage;
    void stage.stop.then((why) => this.#interrupt({ kind: 'stopped', why }));
  }

  async run(): Promise<Outcome> {
    const { plan, clock, ledger, shards } = this.#stage;
    this.#begin('warmup');
    for (const probe of this.#stage.probes.values()) probe.start();
    await Promise.all(shards.map((shard) => shard.start()));
    this.#watch();
    await this.#until(phaseOf(plan.phases, 'steady').from);
    this.#begin('steady');
    await this.#until(plan.gate.at);
    if (!this.#interrupted) this.#closeGate();
    if (!this.#interrupted && this.#gateOpen) {
      this.#begin('chaos');
      await this.#chaos();
    }
    await this.#healAll();
    if (!this.#interrupted && this.#gateOpen) {
      this.#begin('settle');
      await this.#until(phaseOf(plan.phases, 'drain').from);
    }
    await Promise.all(shards.map((shard) => shard.stopSampling()));
    const until = this.#begin('drain');
    await Promise.all(shards.map((shard) => shard.accountSamples(until)));
    const drain = phaseOf(plan.phases, 'drain');
    this.#interrupted = false;
    if (this.#outcome.kind !== 'stopped') await this.#until(clock.now() + drain.to - drain.from);
    await Promise.all(shards.map((shard) => shard.finalRead()));
    for (const probe of this.#stage.probes.values()) probe.end();
    this.#end();
    await Promise.all(shards.map((shard) => shard.end()));
    ledger.flush();
    return this.#outcome;
  }

  /** The run is over without an outcome: a process was lost, and whoever knows has healed. */
  abandon(): void {
    this.#abandoned = true;
    this.#phase = '';
    this.#active.clear();
    this.#interrupted = true;
    this.#wake?.();
    for (const probe of this.#stage.probes.values()) probe.end();
  }

  /** Takes back whatever is still injected, and what could not be taken back in its time. */
  async #healAll(): Promise<void> {
    for (let attempt = 1; this.#active.size > 0 && attempt <= HEAL_ATTEMPTS; attempt++) {
      if (attempt > 1) await new Promise<void>((go) => this.#stage.clock.after(HEAL_PAUSE_MS, go));
      for (const [id, undo] of [...this.#active].reverse()) await this.#heal(id, undo);
    }
  }

  async #chaos(): Promise<void> {
    const { plan } = this.#stage;
    for (const step of schedule(plan.faults)) {
      await this.#until(step.at);
      if (this.#interrupted) return;
      if (step.kind === 'inject') await this.#inject(step.fault);
      else {
        const undo = this.#active.get(step.fault.id);
        if (undo !== undefined) await this.#heal(step.fault.id, undo);
      }
    }
    await this.#until(phaseOf(plan.phases, 'settle').from);
  }

  async #inject(fault: FaultPlan): Promise<void> {
    const { faults, hands, ledger, probes } = this.#stage;
    const kind = faults.get(fault.fault);
    if (kind === undefined) return;
    if (fault.proof.measures === 'rate')
      for (const cohort of fault.cohorts) probes.get(cohort)?.measureRate(true);
    ledger.write('fault', { injected: true, fault: fault.id });
    try {
      this.#active.set(fault.id, await kind.inject(hands, fault));
    } catch (error) {
      ledger.write('note', {
        text: `${fault.id} could not be injected: ${(error as Error).message}`,
      });
    }
  }

  /** A fault that cannot be taken back stays on the list, and without an end in the ledger. */
  async #heal(id: string, undo: Undo): Promise<void> {
    const { ledger, plan, probes } = this.#stage;
    try {
      await undo();
    } catch (error) {
      ledger.write('note', { text: `${id} could not be healed: ${(error as Error).message}` });
      return;
    }
    this.#active.delete(id);
    ledger.write('fault', { injected: false, fault: id });
    for (const cohort of plan.faults.find((fault) => fault.id === id)?.cohorts ?? []) {
      probes.get(cohort)?.measureRate(false);
    }
  }

  #closeGate(): void {
    const { plan, ledger } = this.#stage;
    const counts = this.#counts();
    const connected = this.#connectedShare(counts);
    // Without acknowledgements, at QoS 0, what was sent is all that can be asked for.
    const delivered = share(counts.observed, counts.acked > 0 ? counts.acked : counts.sent);
    this.#gateOpen = connected >= plan.gate.connectedShare && delivered >= plan.gate.deliveredShare;
    const text = `connected ${percent(connected)} of ${percent(plan.gate.connectedShare)}, delivered ${percent(delivered)} of ${percent(plan.gate.deliveredShare)}`;
    ledger.write('gate', { open: this.#gateOpen, figures: text });
  }

  /** Counts, progress and stop-when, four times a second of the run's own time. */
  #watch(): void {
    const { clock } = this.#stage;
    const tick = (): void => {
      if (this.#phase === '' || this.#abandoned) return;
      const snapshot = addSnapshots(this.#stage.shards.map((shard) => shard.stats()));
      this.#latest = snapshot;
      this.#report(snapshot);
      if (this.#phase !== 'drain') this.#checkStopWhen(snapshot);
      clock.after(TICK_MS, tick);
    };
    clock.after(TICK_MS, tick);
  }

  #latest: TallySnapshot | null = null;

  #counts(): TallySnapshot {
    return this.#latest ?? addSnapshots(this.#stage.shards.map((shard) => shard.stats()));
  }

  /** A device that sleeps by its own plan is not missing. */
  #connectedShare({ connected, asleep }: TallySnapshot): number {
    return share(connected + asleep, this.#stage.plan.devices.length);
  }

  #report(snapshot: TallySnapshot): void {
    const { plan, clock, progress } = this.#stage;
    const { latency, ...counts } = snapshot;
    progress({
      phase: this.#phase,
      t: clock.now(),
      end: phaseOf(plan.phases, 'drain').to,
      counts,
      p50: percentileOf(latency, 0.5),
      p99: percentileOf(latency, 0.99),
      activeFaults: [...this.#active.keys()],
    });
  }

  #checkStopWhen(snapshot: TallySnapshot): void {
    const { plan, clock, ledger } = this.#stage;
    if (this.#phase === 'warmup' || this.#outcome.kind !== 'done') return;
    const figures = {
      connected: this.#connectedShare(snapshot),
      lost: snapshot.missing,
      p99: percentileOf(snapshot.latency, 0.99) ?? 0,
    };
    plan.stopWhen.forEach((rule, index) => {
      const figure = figures[rule.metric];
      const holds =
        (rule.below !== null && figure < rule.below) ||
        (rule.above !== null && figure > rule.above);
      if (!holds) {
        this.#held.delete(index);
        return;
      }
      const since = this.#held.get(index) ?? clock.now();
      this.#held.set(index, since);
      if (clock.now() - since < rule.forMs || this.#outcome.kind !== 'done') return;
      const bound =
        rule.below !== null
          ? `below ${boundOf(rule.metric, rule.below)}`
          : `above ${boundOf(rule.metric, rule.above ?? 0)}`;
      const why = `${rule.metric} was ${bound} for ${formatDuration(rule.forMs)}`;
      ledger.write('halt', { why });
      this.#interrupt({ kind: 'halted', why });
    });
  }

  #interrupt(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#interrupted = true;
    this.#wake?.();
  }

  /** When it began, as the ledger has it. */
  #begin(name: PhasePlan['name']): number {
    this.#end();
    this.#phase = name;
    const at = this.#stage.ledger.write('phase', { begins: true, name });
    this.#stage.ledger.flush();
    return at;
  }

  #end(): void {
    if (this.#phase !== '') this.#stage.ledger.write('phase', { begins: false, name: this.#phase });
    this.#phase = '';
  }

  /** Waits until `t`, or until the run is interrupted. */
  #until(t: number): Promise<void> {
    if (this.#interrupted || this.#abandoned) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#stage.clock.after(Math.max(0, t - this.#stage.clock.now()), () => {
        this.#wake = null;
        resolve();
      });
      this.#wake = () => {
        cancel();
        this.#wake = null;
        resolve();
      };
    });
  }
}

function boundOf(metric: 'connected' | 'lost' | 'p99', value: number): string {
  if (metric === 'connected') return percent(value);
  return metric === 'p99' ? formatDuration(value) : String(value);
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const percent = (value: number): string => `${Math.round(value * 1000) / 10} %`;
