/**
 * Injects the faults of a plan and takes them back. A fault is on the list of what must be healed
 * before its injection begins, so that one which fails half-way, hangs, or is overtaken by the end
 * of the run is healed like any other; nothing here waits without a bound, and nothing throws.
 */
import type { FaultActions, FaultKind, Undo } from '#chaos';
import { type Clock, type FaultPlan, formatDuration } from '#kernel';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { Probe } from '../watch/probe.ts';
import { within } from './bounded.ts';
import { FaultGrip } from './fault-grip.ts';

export interface FaultStage {
  clock: Clock;
  ledger: LedgerWriter;
  faults: ReadonlyMap<string, FaultKind>;
  actions: FaultActions;
  /** Lets a fault that is tied to a state act from now on. */
  arm(fault: string): Promise<Undo>;
  /** One per cohort that is reached through a proxy, by cohort number. */
  probes: ReadonlyMap<number, Probe>;
}

interface Active {
  fault: FaultPlan;
  grip: FaultGrip;
  /** The fault's own way back, once its injection has ended. */
  undo: Undo | null;
  /** Its healing took too long: it may still end, but is not waited for again. */
  hangs: boolean;
}

/** Longer than the slowest honest hand, a foreign target that is started again. */
const HAND_MS = 60_000;
/** What cannot be taken back is tried again at the end: nothing of ours may be left behind. */
const HEAL_ATTEMPTS = 3;
const HEAL_PAUSE_MS = 500;

export class FaultRunner {
  readonly #stage: FaultStage;
  readonly #active = new Map<string, Active>();
  readonly #abandoned = Promise.withResolvers<never>();

  constructor(stage: FaultStage) {
    this.#stage = stage;
    this.#abandoned.promise.catch(() => {});
  }

  /** What acts now. */
  get injected(): string[] {
    return [...this.#active.values()].filter(({ undo }) => undo !== null).map(idOf);
  }

  /**
   * One that cannot be injected keeps its window all the same: nothing will be seen in it, and the
   * run is judged by that.
   */
  async inject(fault: FaultPlan): Promise<void> {
    const { faults, actions, ledger, probes } = this.#stage;
    const kind = faults.get(fault.fault);
    if (kind === undefined) return;
    if (fault.proof.measures === 'rate')
      for (const cohort of fault.cohorts) probes.get(cohort)?.measureRate(true);
    ledger.write('fault', { injected: true, fault: fault.id });
    const active: Active = { fault, grip: new FaultGrip(actions), undo: null, hangs: false };
    this.#active.set(fault.id, active);
    try {
      await this.#inTime(this.#injecting(kind, active));
    } catch (error) {
      if (!this.#active.has(fault.id)) return;
      ledger.write('note', {
        text: `${fault.id} could not be injected: ${(error as Error).message}`,
      });
      // At once, and not only at its end. What fails here is tried again there.
      await this.#inTime(active.grip.release()).catch(() => {});
    }
  }

  /** A fault that cannot be taken back stays on the list, and without an end in the ledger. */
  async heal(id: string): Promise<void> {
    const active = this.#active.get(id);
    if (active === undefined) return;
    try {
      await this.#inTime(this.#healing(active), () => {
        active.hangs = true;
      });
    } catch (error) {
      if (!this.#active.has(id)) return;
      this.#stage.ledger.write('note', {
        text: `${id} could not be healed: ${(error as Error).message}`,
      });
    }
  }

  /** Takes back whatever is still injected, and what could not be taken back in its time. */
  async healAll(): Promise<void> {
    for (let attempt = 1; attempt <= HEAL_ATTEMPTS; attempt++) {
      const left = [...this.#active.values()].filter(({ hangs }) => !hangs).reverse();
      if (left.length === 0) return;
      if (attempt > 1) await new Promise<void>((go) => this.#stage.clock.after(HEAL_PAUSE_MS, go));
      for (const active of left) await this.heal(idOf(active));
    }
  }

  /** Somebody else heals; nothing is written or waited for any more. */
  abandon(): void {
    this.#active.clear();
    this.#abandoned.reject(new Error('the run is over'));
  }

  /** An injection that was given up and ends after all is taken back by itself. */
  async #injecting(kind: FaultKind, active: Active): Promise<void> {
    const { fault, grip } = active;
    const undo =
      fault.tie === undefined ? await kind.inject(grip, fault) : await this.#stage.arm(fault.id);
    active.undo = undo;
    if (this.#active.get(active.fault.id) !== active) await undo();
  }

  /** The fault's own undo and the grip's at one time: neither waits for the other to fail. */
  async #healing(active: Active): Promise<void> {
    const own = async (): Promise<void> => active.undo?.();
    const outcomes = await Promise.allSettled([own(), active.grip.release()]);
    const failed = outcomes.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const { id, cohorts } = active.fault;
    if (this.#active.get(id) !== active) return;
    this.#active.delete(id);
    this.#stage.ledger.write('fault', { injected: false, fault: id });
    for (const cohort of cohorts)
      if (!this.#isMeasured(cohort)) this.#stage.probes.get(cohort)?.measureRate(false);
  }

  /** Whether a fault that still acts on the cohort is proved by a rate. */
  #isMeasured(cohort: number): boolean {
    return [...this.#active.values()].some(
      ({ fault: { cohorts, proof } }) => proof.measures === 'rate' && cohorts.includes(cohort),
    );
  }

  #inTime(task: Promise<void>, onLate: () => void = () => {}): Promise<void> {
    const inTime = Promise.race([task, this.#abandoned.promise]);
    return within(this.#stage.clock, HAND_MS, inTime, () => {
      onLate();
      return new Error(`no answer within ${formatDuration(HAND_MS)}`);
    });
  }
}

const idOf = ({ fault }: Active): string => fault.id;
