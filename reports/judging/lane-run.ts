/**
 * One lane on its way through the judge: each entry goes into the oracles first and then to the
 * checkers that want its kind. A checker that throws is out of the run; its error becomes its
 * verdict, and nobody else's.
 */
import type { LedgerEntry, Plan } from '#kernel';
import { ConnectionOracle, DeliveryOracle, GarbledReader, type Timeline } from '#oracles';
import type { Evidence, LaneFold } from '../checker.ts';
import { RunAccount } from './account.ts';
import type { FaultBook } from './effects.ts';
import { errorText } from './error-text.ts';
import { noEvidence } from './evidence.ts';
import type { CheckerInstance } from './instances.ts';
import type { LaneWatch } from './lane-watch.ts';

export interface LaneRequest {
  plan: Plan;
  timeline: Timeline;
  lane: number;
  devices: readonly number[];
  instances: readonly CheckerInstance[];
  /** By instance; null while it is well. Shared by all lanes. */
  errors: (string | null)[];
  account: RunAccount;
  faults: FaultBook;
}

const ACCOUNTED: ReadonlySet<string> = new Set(RunAccount.ops);

export class LaneRun {
  readonly #request: LaneRequest;
  readonly #connections = new ConnectionOracle();
  readonly #delivery: DeliveryOracle;
  readonly #garbled: GarbledReader;
  readonly #watch: LaneWatch;
  readonly #folds: (LaneFold | null)[];
  /** Numbers of the folds that want an op, by op; made when the op comes first. */
  readonly #wanted = new Map<string, readonly number[]>();

  constructor(request: LaneRequest) {
    const { plan, timeline, lane, devices, instances, faults } = request;
    this.#request = request;
    const connections = this.#connections;
    const delivery = new DeliveryOracle({ plan, timeline, devices, connections });
    this.#delivery = delivery;
    this.#garbled = new GarbledReader(plan, delivery, connections);
    const { linkOf } = faults;
    const view = { plan, lane, devices, timeline, delivery, connections, linkOf };
    this.#watch = faults.watch(view);
    this.#folds = instances.map(({ checker, params }, index) =>
      this.#guarded(index, () => checker.start({ ...view, params })),
    );
  }

  step(written: LedgerEntry): void {
    const { account, errors } = this.#request;
    const entry = written.op === 'garbled' ? this.#garbled.restored(written) : written;
    this.#connections.step(entry);
    this.#delivery.step(entry);
    if (ACCOUNTED.has(entry.op)) account.step(entry, this.#delivery);
    this.#watch.step(entry);
    for (const index of this.#wanting(entry.op)) {
      if (errors[index] !== null) continue;
      try {
        this.#folds[index]?.step?.(entry);
      } catch (error) {
        errors[index] = errorText(error);
      }
    }
  }

  #wanting(op: LedgerEntry['op']): readonly number[] {
    let wanting = this.#wanted.get(op);
    if (wanting === undefined) {
      wanting = this.#folds.flatMap((fold, index) =>
        fold?.step !== undefined && (fold.ops ?? [op]).includes(op) ? [index] : [],
      );
      this.#wanted.set(op, wanting);
    }
    return wanting;
  }

  /** Evidence by instance. */
  end(): Evidence[] {
    this.#request.account.endLane(this.#delivery);
    this.#watch.end();
    return this.#folds.map(
      (fold, index) => this.#guarded(index, () => fold?.end() ?? noEvidence()) ?? noEvidence(),
    );
  }

  #guarded<T>(index: number, action: () => T): T | null {
    const { errors } = this.#request;
    if (errors[index] !== null) return null;
    try {
      return action();
    } catch (error) {
      errors[index] = errorText(error);
      return null;
    }
  }
}
