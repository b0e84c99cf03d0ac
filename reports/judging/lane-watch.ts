/**
 * The witnesses of faults while one lane passes: each is shown the entries of its own fault's
 * targets, and what it counted is added to the fault's case.
 */
import type { LedgerEntry } from '#kernel';
import type { FaultWindow } from '#oracles';
import type { LaneContext } from '../checker.ts';
import type { ProofKind, Witness } from '../proof.ts';
import { errorText } from './error-text.ts';
import { noticedWitness } from './noticed.ts';
import { innerWindow } from './probe-sightings.ts';

/** What a witness may know of its lane. */
export type LaneView = Omit<LaneContext, 'params'>;

/** A fault before the judge: who proves it, and what was counted so far. */
export interface FaultCase {
  proof: ProofKind | undefined;
  /** What is counted of every fault, and what its own proof counts. */
  noticed: Record<string, number>;
  counted: Record<string, number>;
  /** Why its proof is out of the run. */
  error: string | null;
}

interface Watch {
  witness: Witness;
  into: Record<string, number>;
}

export class LaneWatch {
  readonly #cases: ReadonlyMap<FaultWindow, FaultCase>;
  readonly #faultsOn: (device: number) => readonly FaultWindow[];
  readonly #watches = new Map<FaultWindow, Watch[]>();
  readonly #ops = new Set<string>();

  constructor(lane: LaneView, cases: ReadonlyMap<FaultWindow, FaultCase>) {
    this.#cases = cases;
    this.#faultsOn = lane.timeline.faultsOn;
    for (const device of lane.devices) {
      for (const fault of this.#faultsOn(device)) this.#begin(fault, lane);
    }
  }

  step(entry: LedgerEntry): void {
    if (!this.#ops.has(entry.op)) return;
    for (const fault of this.#faultsOn(entry.device)) {
      for (const { witness } of this.#watches.get(fault) ?? []) {
        if (witness.ops.includes(entry.op)) this.#guarded(fault, () => witness.step?.(entry));
      }
    }
  }

  end(): void {
    for (const [fault, watches] of this.#watches) {
      for (const { witness, into } of watches) {
        for (const [figure, value] of Object.entries(
          this.#guarded(fault, () => witness.end()) ?? {},
        )) {
          into[figure] = (into[figure] ?? 0) + value;
        }
      }
    }
  }

  #begin(fault: FaultWindow, lane: LaneView): void {
    const one = this.#cases.get(fault);
    if (one?.proof === undefined || !fault.injected || this.#watches.has(fault)) return;
    const { proof } = one;
    const context = { ...lane, fault, inner: innerWindow(fault) };
    const own = this.#guarded(fault, () => proof.witness?.(context)) ?? null;
    const watches: Watch[] = [{ witness: noticedWitness(context), into: one.noticed }];
    if (own !== null) watches.push({ witness: own, into: one.counted });
    this.#watches.set(fault, watches);
    for (const { witness } of watches) for (const op of witness.ops) this.#ops.add(op);
  }

  /** A proof that throws is out of the run, with its error. */
  #guarded<T>(fault: FaultWindow, action: () => T): T | null {
    const one = this.#cases.get(fault);
    if (one === undefined || one.error !== null) return null;
    try {
      return action();
    } catch (error) {
      one.error = errorText(error);
      return null;
    }
  }
}
