/** TEST ONLY. A fault as a plan would hold it, with its defaults and at the edges of its values. */
import { defaultsOf, type FaultPlan, type ParamValues, readParams } from '#kernel';
import type { FaultActions, FaultKind, Undo } from '../fault.ts';
import { MemoryBench, settled, type Tape } from './tape.ts';

export function faultPlanOf(kind: FaultKind, params: ParamValues, cohorts = [0]): FaultPlan {
  const { down, proof, toxics } = kind.resolve(params);
  const { acts, kind: fault } = kind;
  const shared = { params, proof, toxics, down };
  return { id: 'f', fault, from: 0, to: 1, acts, cohorts, devices: [1, 2], ...shared };
}

/** Its defaults, and each parameter at its edges. */
export function variationsOf(kind: FaultKind): ParamValues[] {
  const variations = [defaultsOf(kind.params)];
  for (const [key, param] of Object.entries(kind.params)) {
    const edges: unknown[] = [];
    if (param.kind === 'choice') edges.push(...param.of);
    if (param.kind === 'duration') edges.push(param.min, param.max);
    if (param.kind === 'bytes-per-second') edges.push('1B/s', '999B/s', '1500B/s', '100MB/s');
    for (const edge of edges.filter((one) => one !== undefined)) {
      const { flaws, values } = readParams(kind.params, { [key]: edge });
      if (flaws.length > 0) throw new Error(`${kind.kind} does not take ${key}: ${edge}`);
      variations.push(values);
    }
  }
  return variations;
}

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
    disableLink: (cohort) => bench.injector.disable(cohort),
    killTarget: nothing,
    cutPower: nothing,
  };
  const before = bench.join(0);
  const plan = faultPlanOf(kind, params);
  const undo = await kind.inject(actions, plan);
  await settled();
  return { bench, plan, before, undo };
}
