/**
 * The body of a device: what it measures, how it feels, and what ails it. Physics and health come
 * from the model; with `health: real` the same figures have consequences, and this file sees to
 * them.
 */
import {
  type DeviceModel,
  drawParams,
  type Health,
  healthParams,
  type Physics,
  startHealth,
} from '#devices';
import { type Cancel, type DevicePlan, type EntryPlan, streamKey } from '#kernel';
import type { PacingWheel } from './pacing.ts';

/** Health values travel with every tenth sample: they change slowly and cost bytes. */
const HEALTH_EVERY = 10;

/** What an ailment does to the device. */
export interface Ailments {
  stalled(until: number): void;
  stallOver(): void;
  heapExhausted(): void;
  batteryEmpty(): void;
}

export class DeviceBody {
  readonly #entry: EntryPlan;
  readonly #physics: Physics;
  readonly #health: Health;
  #heapTimer: Cancel | null = null;

  constructor(seed: number, device: DevicePlan, entry: EntryPlan, model: DeviceModel) {
    this.#entry = entry;
    this.#physics = model.start({
      params: byName(entry.paramNames, device.params),
      key: streamKey(seed, `device/${device.id}/signal`),
    });
    const drawn = drawParams(healthParams, {}, seed, `${device.id}/health`);
    this.#health = startHealth({
      key: streamKey(seed, `device/${device.id}/health`),
      params: byName(Object.keys(healthParams), drawn),
      everyMs: entry.everyMs,
    });
  }

  sample(t: number, n: number): Record<string, unknown> {
    const values = this.#physics.sample(t, n);
    return n % HEALTH_EVERY === 0 ? { ...values, health: this.#health.sample(t, n) } : values;
  }

  command(name: string, value: number, t: number): boolean {
    return this.#physics.command(name, value, t);
  }

  power(on: boolean, t: number): void {
    this.#physics.power(on, t);
  }

  booted(t: number, cause: string): void {
    this.#health.reboot(t, cause);
  }

  /** Bad radio stalls the link, an empty battery is the end; from now until `end`. */
  watch(wheel: PacingWheel, from: number, end: number, ailments: Ailments): void {
    const stalling = (after: number): void => {
      const stall = this.#health.nextStall(after);
      if (stall === null || stall.from > end) return;
      once(wheel, stall.from, () => {
        ailments.stalled(stall.to);
        once(wheel, stall.to, () => ailments.stallOver());
        stalling(stall.to);
      });
    };
    stalling(from);
    const battery = this.#health.batteryEmptyAt();
    if (battery !== null && battery <= end) once(wheel, battery, () => ailments.batteryEmpty());
  }

  /** The heap leaks from every boot on, until the watchdog resets the device. */
  watchHeap(wheel: PacingWheel, bootedAt: number, end: number, ailments: Ailments): void {
    this.#heapTimer?.();
    if (this.#entry.health !== 'real') return;
    const at = this.#health.heapExhaustedAt(bootedAt);
    if (at !== null && at <= end) this.#heapTimer = once(wheel, at, () => ailments.heapExhausted());
  }
}

function once(wheel: PacingWheel, at: number, action: () => void): Cancel {
  return wheel.add(at, {
    fire: () => {
      action();
      return Infinity;
    },
  });
}

function byName(names: readonly string[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? 0]));
}
