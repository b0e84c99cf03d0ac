/**
 * The body of a device: what it measures and how it feels. Physics come from the model, health from
 * what is drawn for the device; both are asked by scenario time and know no other.
 */
import {
  type DevicePlan,
  type EntryPlan,
  type Malfunctioning,
  type Speech,
  streamKey,
} from '#kernel';
import type { DeviceModel, Physics } from './device.ts';
import { drawParams } from './draw.ts';
import { LivingModel } from './living-model.ts';
import { Twinned } from './malfunctions/twinned.ts';
import { mustMeasure } from './model-guards.ts';
import { type Health, startHealth } from './signals/health.ts';
import { healthParams } from './signals/health-params.ts';
import { spoken } from './signals/spoken.ts';

/** Health values travel with every tenth sample: they change slowly and cost bytes. */
const HEALTH_EVERY = 10;

export interface Look {
  signal: string;
  value: number;
  low: number;
  high: number;
}

export class Body {
  readonly physics: Physics;
  readonly health: Health;
  /** How the firmware that runs names its signals; null for as the model does. */
  speech: Speech | null = null;
  /** By how much all that it measures comes out wrong; 1 in firmware that is well. */
  scale = 1;
  readonly #model: DeviceModel;

  constructor(
    seed: number,
    device: DevicePlan,
    entry: EntryPlan,
    model: DeviceModel,
    malfunctions: readonly Malfunctioning[] = [],
  ) {
    this.#model = model;
    const start = (ills: readonly Malfunctioning[]): Physics =>
      physicsOf({ seed, device, entry, model }, ills);
    // One that never goes wrong needs no healthy one beside it.
    this.physics =
      malfunctions.length === 0 ? start([]) : new Twinned(start(malfunctions), start([]));
    const drawn = drawParams(healthParams, {}, seed, `${device.id}/health`);
    this.health = startHealth({
      key: streamKey(seed, `device/${device.id}/health`),
      params: byName(Object.keys(healthParams), drawn),
      everyMs: entry.everyMs,
    });
  }

  /** The measured values of sample `n` at scenario time `t` (ms). */
  sample(t: number, n: number): Record<string, unknown> {
    const measured = this.physics.sample(t, n);
    mustMeasure(this.#model, measured, n);
    const scaled = this.scale === 1 ? measured : this.#scaled(measured);
    const values = this.speech === null ? scaled : spoken(scaled, this.speech);
    return n % HEALTH_EVERY === 0 ? { ...values, health: this.health.sample(t, n) } : values;
  }

  /** What its sensors say right now of each signal, and what that can be, below its firmware. */
  looks(t: number): Look[] {
    const { signals } = this.#model;
    return Object.entries(this.physics.sample(t, 0)).map(([signal, value]) => {
      const { low = value, high = value } = signals[signal] ?? {};
      return { signal, value, low, high };
    });
  }

  /** Whether anything is to go wrong with its machine at all. */
  get mayBeIll(): boolean {
    return this.physics instanceof Twinned;
  }

  /** Whether its machine is in another state than it would be in good order. */
  isIll(t: number): boolean {
    const { physics } = this;
    if (!(physics instanceof Twinned)) return false;
    const well = physics.healthy.truth(t);
    return Object.entries(physics.truth(t)).some(([name, value]) => !Object.is(value, well[name]));
  }

  #scaled(measured: Readonly<Record<string, number>>): Record<string, number> {
    const all = Object.entries(measured).map(
      ([name, value]) => [name, value * this.scale] as const,
    );
    return Object.fromEntries(all);
  }

  /** How its model is truly set at scenario time `t` (ms), by the names of the commands. */
  settings(t: number): Record<string, number> {
    const known = settingsOf(this.#model);
    if (known.length === 0) return {};
    const truth = this.physics.truth(t);
    return Object.fromEntries(known.map(([name, state]) => [name, truth[state] ?? 0]));
  }
}

/** Commands that set a state, by name, with that state; asked often, so made once per model. */
const settings = new WeakMap<DeviceModel, readonly (readonly [string, string])[]>();

function settingsOf(model: DeviceModel): readonly (readonly [string, string])[] {
  let known = settings.get(model);
  if (known === undefined) {
    known = Object.entries(model.commands).flatMap(([name, spec]) =>
      'sets' in spec && spec.sets !== undefined ? [[name, spec.sets] as const] : [],
    );
    settings.set(model, known);
  }
  return known;
}

export interface Embodied {
  seed: number;
  device: DevicePlan;
  entry: EntryPlan;
  model: DeviceModel;
}

/** The stream of what its physics draw. */
export const signalKey = ({ seed, device }: Pick<Embodied, 'seed' | 'device'>): number =>
  streamKey(seed, `device/${device.id}/signal`);

/** The physics of a device of the plan, going wrong as it is told. */
export const physicsOf = (
  { seed, device, entry, model }: Embodied,
  malfunctions: readonly Malfunctioning[],
): Physics =>
  new LivingModel(model, {
    params: byName(entry.paramNames, device.params),
    key: signalKey({ seed, device }),
    malfunctions,
  });

function byName(names: readonly string[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? 0]));
}
