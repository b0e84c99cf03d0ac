/**
 * The witnesses of faults while one lane passes: each is shown the entries of its own fault's
 * targets, and what it counted is added to the fault's case. What goes over a link is a witness of
 * what acts on it, whoever sent it; of what is done to a device, only that device is one.
 */
import type { LedgerEntry } from '#kernel';
import { type FaultWindow, windowsOn } from '#oracles';
import type { LaneContext } from '../checker.ts';
import type { ProofKind, Witness } from '../proof.ts';
import type { Asker } from './asker.ts';
import { explainedBeside, noticedWitness } from './noticed.ts';
import { whenInPlace } from './tied-effect.ts';

/** What a witness may know of its lane. */
export type LaneView = Omit<LaneContext, 'params'>;

/** A fault before the judge: who proves it, and what was counted so far. */
export interface FaultCase {
  fault: FaultWindow;
  proof: ProofKind | undefined;
  /** In whose name the witnesses of all lanes ask. */
  asker: Asker;
  /** What is counted of every fault, and what its own proof counts. */
  noticed: Record<string, number>;
  counted: Record<string, number>;
}

interface Watch {
  asker: Asker;
  witness: Witness;
  into: Record<string, number>;
}

export class LaneWatch {
  readonly #cases: ReadonlyMap<string, FaultCase>;
  readonly #faultsOn: (device: number) => readonly FaultWindow[];
  /** By the fault's id: a device may have more than one window of it. */
  readonly #watches = new Map<string, readonly Watch[]>();
  readonly #ops = new Set<string>();

  constructor(lane: LaneView, cases: ReadonlyMap<string, FaultCase>) {
    this.#cases = cases;
    this.#faultsOn = lane.timeline.faultsOn;
    for (const device of lane.devices) {
      // Who is no witness itself shares the lane with its carrier, which is one.
      for (const { id } of this.#faultsOn(device)) this.#begin(id, lane);
    }
  }

  step(entry: LedgerEntry): void {
    if (!this.#ops.has(entry.op)) return;
    let told = '';
    for (const window of this.#faultsOn(entry.device)) {
      const { id } = window;
      // Windows of one fault are neighbours, and their witnesses the same.
      if (id === told || !isWitnessed(window)) continue;
      told = id;
      for (const { asker, witness } of this.#watches.get(id) ?? []) {
        if (witness.ops.includes(entry.op)) asker.guarded(() => witness.step?.(entry));
      }
    }
  }

  end(): void {
    for (const { asker, witness, into } of [...this.#watches.values()].flat()) {
      const figures = asker.guarded(() => witness.end()) ?? {};
      for (const [figure, value] of Object.entries(figures)) {
        into[figure] = (into[figure] ?? 0) + value;
      }
    }
  }

  #begin(id: string, lane: LaneView): void {
    const one = this.#cases.get(id);
    if (one?.proof === undefined || !one.fault.injected || this.#watches.has(id)) return;
    const { asker, fault, proof } = one;
    const context = {
      ...lane,
      of: asker.asking(lane.of),
      fault,
      windowsOn: (device: number) => windowsOn(lane.timeline, fault, device).filter(isWitnessed),
      isExplained: explainedBeside(fault, lane.timeline),
    };
    const inPlace = (device: number) => context.windowsOn(device).flatMap(whenInPlace);
    const own = asker.guarded(() => proof.witness?.({ ...context, windowsOn: inPlace }) ?? null);
    const watches: Watch[] = [{ asker, witness: noticedWitness(context), into: one.noticed }];
    if (own !== null) watches.push({ asker, witness: own, into: one.counted });
    this.#watches.set(id, watches);
    for (const { witness } of watches) for (const op of witness.ops) this.#ops.add(op);
  }
}

const isWitnessed = ({ onCarrier, plan }: FaultWindow): boolean =>
  onCarrier !== true || plan.acts !== 'device';
