/**
 * A probe in a field that lives on a small panel: its cell is charged by day and drained by night,
 * so how full it is swings with the sun, an eighth of a day behind it. Whatever takes its power
 * away takes the count of its gauge with it, which then shows too little until it has learnt anew.
 * What it measures, the moisture of the soil, falls slowly from one rain to the next.
 */
import { streamKey, unitAt } from '#kernel';
import {
  type DrawnParam,
  defineDevice,
  type MalfunctionSpec,
  type Physics,
  type PhysicsInput,
  type SignalSpec,
} from '../device.ts';
import { Worn } from '../malfunctions/worn.ts';
import { relax } from '../signals/first-order.ts';
import { measure } from '../signals/sensor.ts';

const params = {
  charge: {
    about: 'How full its cell is on average',
    unit: '%',
    value: 50,
    spread: 0.05,
    min: 0,
    max: 100,
  },
  swing: {
    about: 'How far the day takes it above and below that',
    unit: '%',
    value: 35,
    spread: 0.05,
    min: 0,
    max: 100,
  },
  day: {
    about: 'Length of a day',
    unit: 's',
    value: 86_400,
    spread: 0,
    min: 1,
    max: 1e6,
  },
  hourAtStart: {
    about: 'Hour of the day at which the scenario begins, of 24',
    unit: 'h',
    value: 12,
    spread: 0,
    min: 0,
    max: 24,
  },
  forgotten: {
    about: 'By how much the gauge is too low after a loss of power',
    unit: '%',
    value: 8,
    spread: 0.2,
    min: 0,
    max: 100,
  },
  drying: {
    about: 'Time constant of the soil after a rain',
    unit: 's',
    value: 200_000,
    spread: 0.2,
    min: 10,
    max: 1e8,
  },
  sensorNoise: {
    about: 'Standard deviation of the moisture',
    unit: '%',
    value: 0.4,
    spread: 0.1,
    min: 0,
    max: 10,
  },
} as const satisfies Record<string, DrawnParam>;

const signals = {
  moisture: { about: 'Water in the soil, by volume', unit: '%', low: 0, high: 60, step: 0.1 },
  battery: { about: 'How full its cell is', unit: '%', low: 0, high: 100, step: 1 },
} as const satisfies Record<string, SignalSpec>;

const malfunctions = {
  'panel-soiling': {
    about: 'Dust on the panel: the cell is never as full as it was',
    component: 'solar panel',
    changes: { charge: { by: 'factor', worst: 0.5 } },
  },
  'cell-ageing': {
    about: 'An old cell: it is fuller by day and emptier by night',
    component: 'cell',
    changes: { swing: { by: 'factor', worst: 2 } },
  },
} as const satisfies Record<string, MalfunctionSpec>;

const declared = { params, malfunctions } as const;

/** Of the moisture: after a rain, and in dry soil. */
const [WET, DRY] = [38, 9];
/** How fast the gauge learns. */
const LEARNING_S = 900;
/** The cell is fullest that share of a day after noon. */
const BEHIND = 1 / 8;

class Probe implements Physics {
  readonly #worn: Worn<typeof declared>;
  readonly #moistureKey: number;
  /** How long ago it rained when the scenario began, as a share of the time it takes to dry. */
  readonly #since: number;
  /** When its power last came back; it was put up as the scenario begins. */
  #poweredAt = 0;
  #isPowered = true;

  constructor(input: PhysicsInput) {
    const { key } = input;
    this.#worn = new Worn(declared, input);
    this.#moistureKey = streamKey(key, 'moisture');
    this.#since = unitAt(streamKey(key, 'rain'), 0);
  }

  sample(t: number, n: number): Record<string, number> {
    const { sensorNoise } = this.#worn.at(t);
    return {
      moisture: measure(this.#moistureAt(t), sensorNoise, this.#moistureKey, n, signals.moisture),
      battery: measure(this.#gaugeAt(t), 0, this.#moistureKey, n, signals.battery),
    };
  }

  truth(t: number): Record<string, number> {
    return { moisture: this.#moistureAt(t), battery: this.#batteryAt(t) };
  }

  command(): boolean {
    return false;
  }

  power(on: boolean, t: number): void {
    if (on && !this.#isPowered) this.#poweredAt = t;
    this.#isPowered = on;
  }

  /** Without power it counts nothing. */
  #gaugeAt(t: number): number {
    if (!this.#isPowered) return 0;
    const forS = Math.max(0, t - this.#poweredAt) / 1000;
    const tooLow = this.#worn.at(t).forgotten * Math.exp(-forS / LEARNING_S);
    return Math.max(0, this.#batteryAt(t) - tooLow);
  }

  #batteryAt(t: number): number {
    const { charge, swing, day, hourAtStart } = this.#worn.at(t);
    const days = t / 1000 / day + hourAtStart / 24 - 0.5 - BEHIND;
    const full = charge + swing * Math.cos(2 * Math.PI * days);
    return Math.min(100, Math.max(0, full));
  }

  #moistureAt(t: number): number {
    const { drying } = this.#worn.at(t);
    return relax(WET, DRY, drying, this.#since * drying + t / 1000);
  }
}

export default defineDevice({
  kind: 'solar-sensor',
  summary: 'A probe in a field whose cell is full by day and empty by night.',
  params,
  signals,
  commands: {},
  malfunctions,
  everyMs: 10_000,
  start: (input) => new Probe(input),
});
