/** TEST ONLY. A fault as it acts on in-memory links. */
import type { FaultPlan, ParamValues } from '#kernel';
import type { FaultActions, FaultKind, Undo } from '../fault.ts';
import { faultPlanOf } from '../fault-duties.ts';
import { MemoryBench, settled, type Tape } from './tape.ts';

export interface Joined {
  client: Tape;
  server: Tape;
}

/** Cohort 0 of a bench, under one fault. */
export interface Faulted {
  bench: MemoryBench;
  plan: FaultPlan;
  /** A connection that stood when the fault came. */
  before: Joined;
  undo: Undo;
}

export async function faulted(kind: FaultKind, params: ParamValues): Promise<Faulted> {
  const bench = await new MemoryBench().open();
  const nothing = (): never => {
    throw new Error('not a fault of a link');
  };
  const actions: FaultActions = {
    addToxics: (cohort, id, toxics) => bench.injector.addToxics(cohort, id, toxics),
    // What is no MQTT a tap leaves alone.
    tap: async () => async () => {},
    disableLink: (cohort) => bench.injector.disable(cohort),
    killTarget: nothing,
    trouble: nothing,
    useHand: nothing,
    cutPower: nothing,
    strike: nothing,
  };
  const before = bench.join(0);
  const plan = faultPlanOf(kind, params);
  const undo = await kind.inject(actions, plan);
  await settled();
  return { bench, plan, before, undo };
}
