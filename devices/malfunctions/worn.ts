/**
 * The parameters of one device as its malfunctions leave them. A malfunction changes parameters and
 * inputs of the physics and never what is measured, so everything that follows from it follows by
 * itself. All of them are known when the device is made, hence a value hangs on time alone, and a
 * device without any, or with some that are of no severity, is the healthy one to the last bit.
 */
import { assert, type Malfunctioning } from '#kernel';
import type { Change, DeviceModel, DrawnParam, PhysicsInput } from '../device.ts';
import { completeParams } from '../draw.ts';
import { growthKey, stageOf } from './growth.ts';

type Declared = Pick<DeviceModel, 'params'> & {
  inputs?: DeviceModel['inputs'];
  malfunctions?: DeviceModel['malfunctions'];
};

type NameOf<D extends Declared> =
  | (keyof D['params'] & string)
  | (keyof NonNullable<D['inputs']> & string);

type Values<D extends Declared> = Readonly<Record<NameOf<D>, number>>;

interface Active extends Malfunctioning {
  changes: Readonly<Record<string, Change>>;
  key: number;
}

export class Worn<D extends Declared> {
  readonly #names: readonly string[];
  readonly #healthy: Values<D>;
  readonly #active: readonly Active[];
  #values: Values<D>;
  #from = Number.NEGATIVE_INFINITY;
  #until: number;

  constructor(declared: D, { params, key, malfunctions = [] }: PhysicsInput) {
    this.#names = Object.keys(tableOf(declared));
    this.#healthy = completeParams(tableOf(declared), params) as Values<D>;
    this.#values = this.#healthy;
    this.#active = malfunctions
      .filter(({ severity }) => severity > 0)
      .map((one) => ({
        ...one,
        changes: changesOf(declared, one.kind),
        key: growthKey(key, one),
      }));
    this.#until = this.#active.length === 0 ? Number.POSITIVE_INFINITY : this.#from;
  }

  /** As they are at scenario time `t` (ms). */
  at(t: number): Values<D> {
    if (t < this.#from || t >= this.#until) this.#turn(t);
    return this.#values;
  }

  /** When they change next, after `t`. */
  edgeAfter(t: number): number {
    this.at(t);
    return this.#until;
  }

  #turn(t: number): void {
    const healthy: Readonly<Record<string, number>> = this.#healthy;
    // It has getters, which a spread would leave out.
    const values = Object.fromEntries(this.#names.map((name) => [name, healthy[name] ?? 0]));
    this.#from = Number.NEGATIVE_INFINITY;
    this.#until = Number.POSITIVE_INFINITY;
    for (const one of this.#active) {
      if (t < one.from) {
        this.#until = Math.min(this.#until, one.from);
      } else if (t >= one.to) {
        this.#from = Math.max(this.#from, one.to);
      } else {
        const { severity, untilMs } = stageOf(one, t - one.from, one.key);
        this.#from = Math.max(this.#from, t);
        this.#until = Math.min(this.#until, one.to, one.from + untilMs);
        for (const [name, change] of Object.entries(one.changes)) {
          values[name] = changed(values[name] ?? 0, change, severity);
        }
      }
    }
    this.#values = values as Values<D>;
  }
}

/** What becomes of a healthy value: at severity 0 it stays, at 1 it is at its worst. */
export const changed = (healthy: number, { by, worst }: Change, severity: number): number =>
  by === 'factor' ? healthy * (1 + severity * (worst - 1)) : healthy + severity * worst;

/** Parameters and inputs as one table, made once per model: a fleet keeps its numbers alone. */
const tables = new WeakMap<Declared, Readonly<Record<string, DrawnParam>>>();

function tableOf(declared: Declared): Readonly<Record<string, DrawnParam>> {
  let table = tables.get(declared);
  if (table === undefined) {
    const inputs = Object.entries(declared.inputs ?? {});
    const resting = inputs.map(([name, input]) => [name, { ...input, spread: 0 }] as const);
    table = { ...declared.params, ...Object.fromEntries(resting) };
    tables.set(declared, table);
  }
  return table;
}

function changesOf({ malfunctions = {} }: Declared, kind: string): Active['changes'] {
  const spec = Object.hasOwn(malfunctions, kind) ? malfunctions[kind] : undefined;
  assert(spec !== undefined, `the plan was checked, and the model has no malfunction ${kind}`);
  return spec.changes;
}
