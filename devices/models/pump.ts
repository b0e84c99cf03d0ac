/**
 * A centrifugal pump with its motor, in a closed loop of pipes: it runs where its own curve meets
 * that of the system. By day it turns at full speed and at night slower. Where what is left of the
 * pressure at its mouth is less than it needs, the liquid boils in it: it loses head, and trembles.
 * With the numbers of the textbook it moves 54.77 m³/h against 28 m.
 */
import { streamKey } from '#kernel';
import {
  type CommandValue,
  type DrawnParam,
  defineDevice,
  type InputSpec,
  type MalfunctionSpec,
  type Physics,
  type PhysicsInput,
  type SignalSpec,
} from '../device.ts';
import { Worn } from '../malfunctions/worn.ts';
import { type Draw, Lag } from '../signals/lag.ts';
import { RATED_W, type Running, running } from '../signals/pump-curves.ts';
import { gridEndAfter, gridMiddle } from '../signals/relay-loop.ts';
import { measure, measurePower } from '../signals/sensor.ts';
import { dayWave, hourOfDay } from '../signals/weather.ts';

const params = {
  shutoffHead: {
    about: 'Head of the pump where nothing flows, at full speed',
    unit: 'm',
    value: 40,
    spread: 0.03,
    min: 5,
    max: 200,
  },
  headLoss: {
    about: 'Head that the pump itself loses with the square of the flow',
    unit: 'm/(m³/h)²',
    value: 0.004,
    spread: 0.03,
    min: 1e-5,
    max: 1,
  },
  staticHead: {
    about: 'Height that it lifts to',
    unit: 'm',
    value: 10,
    spread: 0.03,
    min: 0,
    max: 150,
  },
  systemLoss: {
    about: 'Head that the pipes take with the square of the flow',
    unit: 'm/(m³/h)²',
    value: 0.006,
    spread: 0.05,
    min: 1e-5,
    max: 1,
  },
  efficiency: {
    about: 'Best efficiency of pump and motor',
    unit: '1',
    value: 0.7,
    spread: 0.02,
    min: 0.1,
    max: 0.95,
  },
  bestFlow: {
    about: 'Flow at which it is reached, at full speed',
    unit: 'm³/h',
    value: 55,
    spread: 0.03,
    min: 1,
    max: 1000,
  },
  suctionHeight: {
    about: 'Height of the liquid above its mouth',
    unit: 'm',
    value: 1,
    spread: 0,
    min: -9,
    max: 50,
  },
  suctionLoss: {
    about: 'Head that the pipe before it takes',
    unit: 'm',
    value: 0.5,
    spread: 0.1,
    min: 0,
    max: 20,
  },
  liquid: {
    about: 'Temperature of the water',
    unit: '°C',
    value: 20,
    spread: 0.03,
    min: 1,
    max: 95,
  },
  nightSpeed: {
    about: 'Share of full speed from 22 h to 6 h',
    unit: '1',
    value: 0.8,
    spread: 0.03,
    min: 0.3,
    max: 1,
  },
  motorRise: {
    about: 'By how much the motor is warmer than the hall at the power of the textbook',
    unit: 'K',
    value: 45,
    spread: 0.05,
    min: 0,
    max: 150,
  },
  motorLag: {
    about: 'Time constant of the heat in the motor',
    unit: 's',
    value: 1500,
    spread: 0.1,
    min: 10,
    max: 100_000,
  },
  hallMean: {
    about: 'Mean temperature of the hall',
    unit: '°C',
    value: 22,
    spread: 0.05,
    min: -20,
    max: 50,
  },
  hallSwing: {
    about: 'How far the day goes above and below that',
    unit: 'K',
    value: 3,
    spread: 0.1,
    min: 0,
    max: 15,
  },
  sensorNoise: {
    about: 'Standard deviation of what its sensors measure, as a share of what is usual',
    unit: '1',
    value: 0.005,
    spread: 0.1,
    min: 0,
    max: 0.2,
  },
  hourAtStart: {
    about: 'Hour of the day at which the scenario begins',
    unit: 'h',
    value: 8,
    spread: 0,
    min: 0,
    max: 24,
  },
} as const satisfies Record<string, DrawnParam>;

const signals = {
  flow: { about: 'Flow', unit: 'm³/h', low: 0, high: 2000, step: 0.01 },
  head: { about: 'Head between its mouth and its end', unit: 'm', low: 0, high: 300, step: 0.01 },
  suction: {
    about: 'Head at its mouth above that of vapour',
    unit: 'm',
    low: 0,
    high: 100,
    step: 0.01,
  },
  power: { about: 'Electric power', unit: 'W', low: 0, high: 200_000, step: 1 },
  vibration: {
    about: 'Speed of its tremble, root mean square',
    unit: 'mm/s',
    low: 0,
    high: 100,
    step: 0.01,
  },
  motor: { about: 'Temperature of the motor', unit: '°C', low: -40, high: 250, step: 0.1 },
  speed: { about: 'Share of full speed', unit: '%', low: 0, high: 120, step: 0.1 },
} as const satisfies Record<string, SignalSpec>;

const commands = {
  speed: {
    about: 'Speed from now on, % of full speed; 0 stops it',
    low: 0,
    high: 110,
    sets: 'demand',
  },
} as const;

const inputs = {
  air: { about: 'Share of air in what it sucks in', unit: '1', value: 0 },
  wet: { about: 'Whether there is liquid before it', unit: '1', value: 1 },
  lost: { about: 'Share of the flow that leaves by a leak before the meter', unit: '1', value: 0 },
  play: { about: 'Tremble by the play of its bearings', unit: 'mm/s', value: 0 },
} as const satisfies Record<string, InputSpec>;

const malfunctions = {
  clogging: {
    about: 'Dirt narrows the pipes: less flows, against more head',
    component: 'pipes',
    changes: { systemLoss: { by: 'factor', worst: 5 } },
  },
  'impeller-wear': {
    about: 'A worn wheel: less head at every flow, and less of the power in it',
    component: 'impeller',
    changes: {
      shutoffHead: { by: 'factor', worst: 0.7 },
      efficiency: { by: 'factor', worst: 0.8 },
    },
  },
  'suction-blocked': {
    about: 'The strainer before it is blocked: the liquid boils in the pump',
    component: 'strainer',
    changes: { suctionLoss: { by: 'sum', worst: 8 } },
  },
  'air-in-liquid': {
    about: 'Air is sucked in through a seal',
    component: 'suction seal',
    changes: { air: { by: 'sum', worst: 0.12 } },
  },
  'dry-run': {
    about: 'Nothing is before it: it turns in air',
    component: 'well',
    changes: { wet: { by: 'factor', worst: 0 } },
  },
  leak: {
    about: 'Liquid leaves by a leak between the pump and the meter',
    component: 'pipes',
    changes: {
      lost: { by: 'sum', worst: 0.3 },
      systemLoss: { by: 'factor', worst: 0.6 },
    },
  },
  'bearing-wear': {
    about: 'Worn bearings: it trembles, and the motor works against them',
    component: 'bearings',
    changes: {
      play: { by: 'sum', worst: 9 },
      efficiency: { by: 'factor', worst: 0.93 },
    },
  },
  'fan-blocked': {
    about: 'The fan of the motor is blocked: it gets hotter by the same power',
    component: 'motor fan',
    changes: { motorRise: { by: 'factor', worst: 2 } },
  },
} as const satisfies Record<string, MalfunctionSpec>;

const declared = { params, inputs, malfunctions } as const;

const NIGHT = { from: 22, to: 6 } as const;

class Pump implements Physics {
  readonly #worn: Worn<typeof declared>;
  readonly #heat: Lag;
  readonly #keys: Readonly<Record<string, number>>;
  #isPowered = true;
  #ran: { now: object; speed: number; is: Running } | null = null;
  /** In %; null where the hour says it. */
  #asked: number | null = null;

  constructor(input: PhysicsInput) {
    this.#worn = new Worn(declared, input);
    const names = ['flow', 'head', 'suction', 'power', 'vibration', 'motor'];
    this.#keys = Object.fromEntries(names.map((name) => [name, streamKey(input.key, name)]));
    this.#heat = new Lag((t) => this.#draw(t), this.#draw(0).to);
  }

  sample(t: number, n: number): Record<string, number> {
    const truth = this.truth(t);
    const { sensorNoise } = this.#worn.at(t);
    const said = (name: 'flow' | 'head' | 'suction' | 'vibration' | 'motor', usual: number) => {
      const noise = sensorNoise * usual;
      return measure(truth[name] ?? 0, noise, this.#keys[name] ?? 0, n, signals[name]);
    };
    return {
      flow: said('flow', 55),
      head: said('head', 28),
      suction: said('suction', 10),
      power: measurePower(truth.power ?? 0, this.#keys.power ?? 0, n, signals.power),
      vibration: said('vibration', 4),
      motor: said('motor', 60),
      speed: measure(truth.speed ?? 0, 0, 0, n, signals.speed),
    };
  }

  truth(t: number): Record<string, number> {
    const now = this.#worn.at(t);
    const speed = this.#speed(t);
    const { flow, head, suction, watts, vibration } = this.#running(t);
    return {
      // The meter stands behind the leak.
      flow: flow * (1 - now.lost),
      head,
      suction,
      power: watts,
      vibration,
      motor: this.#heat.at(t),
      speed: speed * 100,
      demand: this.#demand(t),
      pumped: flow,
      hall: this.#hall(t),
    };
  }

  command(name: string, value: CommandValue, t: number): boolean {
    const { low, high } = commands.speed;
    if (name !== 'speed' || typeof value !== 'number' || !(value >= low && value <= high)) {
      return false;
    }
    this.#heat.at(t);
    this.#asked = value;
    this.#heat.turn(t);
    return true;
  }

  power(on: boolean, t: number): void {
    if (on === this.#isPowered) return;
    this.#heat.at(t);
    this.#isPowered = on;
    this.#heat.turn(t);
  }

  #speed(t: number): number {
    return this.#isPowered ? this.#demand(t) / 100 : 0;
  }

  #demand(t: number): number {
    if (this.#asked !== null) return this.#asked;
    const { hourAtStart, nightSpeed } = this.#worn.at(t);
    // Of the grid cell, as all that is drawn by the hour.
    const hour = hourOfDay(gridMiddle(t), hourAtStart);
    return hour >= NIGHT.from || hour < NIGHT.to ? nightSpeed * 100 : 100;
  }

  /** Where the curves meet is looked for once, for as long as nothing of them changes. */
  #running(t: number): Running {
    const now = this.#worn.at(t);
    const speed = this.#speed(t);
    if (this.#ran?.now !== now || this.#ran.speed !== speed) {
      this.#ran = { now, speed, is: running(now, speed) };
    }
    return this.#ran.is;
  }

  #draw(t: number): Draw {
    const now = this.#worn.at(t);
    const { watts } = this.#running(t);
    return {
      to: this.#hall(t) + (now.motorRise * watts) / RATED_W,
      tauS: now.motorLag,
      until: Math.min(gridEndAfter(t), this.#worn.edgeAfter(t)),
    };
  }

  #hall(t: number): number {
    const { hallMean, hallSwing, hourAtStart } = this.#worn.at(t);
    return dayWave(hallMean, hallSwing, hourOfDay(gridMiddle(t), hourAtStart));
  }
}

export default defineDevice({
  kind: 'pump',
  summary: 'A centrifugal pump with its motor, slower at night.',
  params,
  signals,
  commands,
  inputs,
  malfunctions,
  everyMs: 10_000,
  start: (input) => new Pump(input),
});
