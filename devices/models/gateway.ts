/**
 * A small computer in a box on a wall that passes on what other devices say. Its own physics are
 * those of the box: it warms up while it is on, cools down while it is not, and its processor is
 * more or less busy. What it does for others is a part (devices/parts/gateway.ts), not physics.
 */
import { streamKey } from '#kernel';
import {
  type DrawnParam,
  defineDevice,
  type Physics,
  type PhysicsInput,
  type SignalSpec,
} from '../device.ts';
import { completeParams } from '../draw.ts';
import { relax } from '../signals/first-order.ts';
import { measure } from '../signals/sensor.ts';

const params = {
  ambient: {
    about: 'Temperature around the box',
    unit: '°C',
    value: 22,
    spread: 0.1,
    min: -30,
    max: 60,
  },
  rise: {
    about: 'How much warmer the board gets while it is on',
    unit: 'K',
    value: 18,
    spread: 0.1,
    min: 0,
    max: 60,
  },
  warming: {
    about: 'Time constant of the box',
    unit: 's',
    value: 900,
    spread: 0.1,
    min: 1,
    max: 100_000,
  },
  load: {
    about: 'How busy the processor is on average',
    unit: '%',
    value: 12,
    spread: 0.3,
    min: 0,
    max: 100,
  },
  sensorNoise: {
    about: 'Standard deviation of the thermometer on the board',
    unit: 'K',
    value: 0.2,
    spread: 0.1,
    min: 0,
    max: 5,
  },
} as const satisfies Record<string, DrawnParam>;

const signals = {
  board: { about: 'Temperature of the board', unit: '°C', low: -40, high: 125, step: 0.5 },
  load: { about: 'How busy the processor is', unit: '%', low: 0, high: 100, step: 1 },
} as const satisfies Record<string, SignalSpec>;

/** Of the average. */
const LOAD_SPREAD = 0.25;

class Box implements Physics {
  readonly #params: Readonly<Record<keyof typeof params, number>>;
  readonly #thermometerKey: number;
  readonly #loadKey: number;
  /** As it was when the power last came or went. */
  #board: number;
  #since = 0;
  #on = true;

  constructor({ params: given, key }: PhysicsInput) {
    this.#params = completeParams(params, given);
    this.#thermometerKey = streamKey(key, 'board');
    this.#loadKey = streamKey(key, 'load');
    this.#board = this.#params.ambient;
  }

  sample(t: number, n: number): Record<string, number> {
    const { load, sensorNoise } = this.#params;
    const busy = this.#on ? load : 0;
    return {
      board: measure(this.#boardAt(t), sensorNoise, this.#thermometerKey, n, signals.board),
      load: measure(busy, busy * LOAD_SPREAD, this.#loadKey, n, signals.load),
    };
  }

  truth(t: number): Record<string, number> {
    return { board: this.#boardAt(t), load: this.#on ? this.#params.load : 0 };
  }

  command(): boolean {
    return false;
  }

  power(on: boolean, t: number): void {
    if (on === this.#on) return;
    this.#board = this.#boardAt(t);
    this.#since = t;
    this.#on = on;
  }

  #boardAt(t: number): number {
    const { ambient, rise, warming } = this.#params;
    const towards = ambient + (this.#on ? rise : 0);
    return relax(this.#board, towards, warming, Math.max(0, t - this.#since) / 1000);
  }
}

export default defineDevice({
  kind: 'gateway',
  summary: 'A box on a wall that carries other devices: it warms up while it is on.',
  params,
  signals,
  commands: {},
  everyMs: 10_000,
  start: (input) => new Box(input),
});
