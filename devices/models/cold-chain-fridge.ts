/**
 * A medicine fridge: a cabinet that leaks heat, a compressor between two thresholds, a door that
 * people open, and a probe buried in the product that follows the air half an hour behind. With
 * door and swing at zero it is the textbook relay (on 740.8 s, off 1906.2 s at 25 °C around it).
 */
import { streamKey, unitAt } from '#kernel';
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
import { airHeatJPerK } from '../signals/air.ts';
import { doorBlock, openingIn } from '../signals/door.ts';
import {
  gridEndAfter,
  gridMiddle,
  RelayLoop,
  type Stretch,
  startPhase,
} from '../signals/relay-loop.ts';
import { measure, measurePower } from '../signals/sensor.ts';
import { dayWave, hourOfDay } from '../signals/weather.ts';

const params = {
  leakage: {
    about: 'Heat let in by the closed cabinet',
    unit: 'W/K',
    value: 2,
    spread: 0.06,
    min: 0.1,
    max: 100,
  },
  heatCapacity: {
    about: 'Heat stored by air, walls and shelves',
    unit: 'J/K',
    value: 40_000,
    spread: 0.06,
    min: 1000,
    max: 1e7,
  },
  coolingPower: {
    about: 'Heat pumped out while the compressor runs',
    unit: 'W',
    value: 150,
    spread: 0.05,
    min: 0,
    max: 10_000,
  },
  cop: {
    about: 'Coefficient of performance at 25 °C around the fridge',
    unit: '1',
    value: 2,
    spread: 0.05,
    min: 0.5,
    max: 8,
  },
  setpoint: { about: 'Middle of the band', unit: '°C', value: 4, spread: 0.04, min: 2, max: 8 },
  band: {
    about: 'Distance between switching on and off',
    unit: 'K',
    value: 2,
    spread: 0.05,
    min: 0.2,
    max: 6,
  },
  ambientMean: {
    about: 'Mean temperature around the fridge',
    unit: '°C',
    value: 25,
    spread: 0.04,
    min: -20,
    max: 50,
  },
  ambientSwing: {
    about: 'How far the day goes above and below the mean',
    unit: 'K',
    value: 1.5,
    spread: 0.1,
    min: 0,
    max: 15,
  },
  volume: {
    about: 'Air in the cabinet',
    unit: 'm³',
    value: 0.3,
    spread: 0.05,
    min: 0.01,
    max: 50,
  },
  productLag: {
    about: 'Time constant of the probe in the product',
    unit: 's',
    value: 1800,
    spread: 0.1,
    min: 1,
    max: 100_000,
  },
  doorOpenings: {
    about: 'Openings of the door an hour by day',
    unit: '1/h',
    value: 3,
    spread: 0.3,
    min: 0,
    max: 6,
  },
  doorOpenTime: {
    about: 'Mean length of an opening',
    unit: 's',
    value: 20,
    spread: 0.2,
    min: 3,
    max: 180,
  },
  airChanges: {
    about: 'Changes of the air a minute while the door is open',
    unit: '1/min',
    value: 1.5,
    spread: 0.1,
    min: 0,
    max: 60,
  },
  sensorNoise: {
    about: 'Standard deviation of the thermometers',
    unit: 'K',
    value: 0.05,
    spread: 0.1,
    min: 0,
    max: 5,
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
  temperature: { about: 'Air in the cabinet', unit: '°C', low: -40, high: 85, step: 0.1 },
  product: { about: 'Probe in the product', unit: '°C', low: -40, high: 85, step: 0.1 },
  compressor: { about: 'Compressor running', unit: '1', low: 0, high: 1, step: 1 },
  power: { about: 'Electric power', unit: 'W', low: 0, high: 20_000, step: 1 },
  door: { about: 'Door open', unit: '1', low: 0, high: 1, step: 1 },
} as const satisfies Record<string, SignalSpec>;

const commands = {
  setpoint: { about: 'New middle of the band, °C', low: 2, high: 8, sets: 'setpoint' },
} as const;

const inputs = {
  doorAjar: {
    about: 'Changes of the air through a door that does not shut',
    unit: '1/min',
    value: 0,
  },
  starts: { about: 'Whether the compressor starts when it is told to', unit: '1', value: 1 },
} as const satisfies Record<string, InputSpec>;

const malfunctions = {
  'refrigerant-leak': {
    about: 'Loses refrigerant, and with it the power to cool',
    component: 'refrigerant circuit',
    changes: { coolingPower: { by: 'factor', worst: 0.1 } },
  },
  'condenser-fouling': {
    about: 'Dust on the condenser: it cools less, and takes more power for it',
    component: 'condenser',
    changes: {
      coolingPower: { by: 'factor', worst: 0.7 },
      cop: { by: 'factor', worst: 0.5 },
    },
  },
  'seal-leak': {
    about: 'A worn seal of the door lets heat in',
    component: 'door seal',
    changes: { leakage: { by: 'factor', worst: 3 } },
  },
  'door-ajar': {
    about: 'The door stands open by a gap',
    component: 'door',
    changes: { doorAjar: { by: 'sum', worst: 1 } },
  },
  'start-failure': {
    about: 'The compressor hums and does not start',
    component: 'compressor',
    changes: { starts: { by: 'factor', worst: 0 } },
  },
} as const satisfies Record<string, MalfunctionSpec>;

const declared = { params, inputs, malfunctions } as const;

/** The pump does worse in a hot room: this share of its performance lost with each kelvin. */
const COP_LOSS_PER_K = 0.015;
const COP_MIN = 0.3;
/** Of its power, what a compressor takes that does not start, until its protector opens. */
const LOCKED_ROTOR = 1.6;

class Fridge implements Physics {
  readonly #worn: Worn<typeof declared>;
  readonly #loop: RelayLoop;
  #setpoint: number;
  readonly #airKey: number;
  readonly #productKey: number;
  readonly #meterKey: number;
  readonly #doorKey: number;

  constructor(input: PhysicsInput) {
    const { key } = input;
    this.#worn = new Worn(declared, input);
    const drawn = this.#worn.at(0);
    this.#airKey = streamKey(key, 'temperature');
    this.#productKey = streamKey(key, 'product');
    this.#meterKey = streamKey(key, 'power');
    this.#doorKey = streamKey(key, 'door');
    this.#setpoint = drawn.setpoint;
    const band = this.#bandAround(this.#setpoint);
    const start = startPhase(this.#shut(0), band, unitAt(streamKey(key, 'phase'), 0));
    this.#loop = new RelayLoop((t) => this.#world(t), band, drawn.productLag, {
      ...start,
      lag: drawn.setpoint,
    });
  }

  sample(t: number, n: number): Record<string, number> {
    const { x, on, lag } = this.#loop.at(t);
    const watts = on ? this.#watts(t) : 0;
    const noise = this.#worn.at(t).sensorNoise;
    return {
      temperature: measure(x, noise, this.#airKey, n, signals.temperature),
      product: measure(lag, noise, this.#productKey, n, signals.product),
      compressor: on ? 1 : 0,
      power: measurePower(watts, this.#meterKey, n, signals.power),
      door: this.#doorOpen(t) ? 1 : 0,
    };
  }

  truth(t: number): Record<string, number> {
    const { x, on, lag } = this.#loop.at(t);
    return {
      temperature: x,
      product: lag,
      compressor: on ? 1 : 0,
      power: on ? this.#watts(t) : 0,
      door: this.#doorOpen(t) ? 1 : 0,
      ambient: this.#ambient(t),
      setpoint: this.#setpoint,
    };
  }

  command(name: string, value: CommandValue, t: number): boolean {
    const { low, high } = commands.setpoint;
    if (name !== 'setpoint' || typeof value !== 'number') return false;
    if (!(value >= low && value <= high)) return false;
    this.#loop.setBand(this.#bandAround(value), t);
    this.#setpoint = value;
    return true;
  }

  power(on: boolean, t: number): void {
    this.#loop.setPower(on, t);
  }

  /** A cooling relay: it switches on at the upper threshold. */
  #bandAround(setpoint: number): { onAt: number; offAt: number } {
    const half = this.#worn.at(0).band / 2;
    return { onAt: setpoint + half, offAt: setpoint - half };
  }

  #world(t: number): Stretch {
    const opening = openingIn(doorBlock(t), this.#doorKey, this.#habits(t));
    if (opening === null || t >= opening.to) return this.#shut(t);
    if (t < opening.from) return this.#stretch(t, 0, opening.from);
    return this.#stretch(t, this.#worn.at(t).airChanges, opening.to);
  }

  #shut(t: number): Stretch {
    return this.#stretch(t, 0, Number.POSITIVE_INFINITY);
  }

  #stretch(t: number, airChangesPerMinute: number, edge: number): Stretch {
    const { leakage, heatCapacity, coolingPower, volume, doorAjar, starts } = this.#worn.at(t);
    const changes = airChangesPerMinute + doorAjar;
    const wattsPerK = leakage + (airHeatJPerK(volume) * changes) / 60;
    const ambient = this.#ambient(t);
    return {
      tauS: heatCapacity / wattsPerK,
      infOff: ambient,
      infOn: ambient - (coolingPower * starts) / wattsPerK,
      until: Math.min(edge, gridEndAfter(t), this.#worn.edgeAfter(t)),
    };
  }

  #doorOpen(t: number): boolean {
    const opening = openingIn(doorBlock(t), this.#doorKey, this.#habits(t));
    return opening !== null && t >= opening.from && t < opening.to;
  }

  #habits(t: number): { openingsPerHour: number; openMs: number; hourAtStart: number } {
    const { doorOpenings, doorOpenTime, hourAtStart } = this.#worn.at(t);
    return { openingsPerHour: doorOpenings, openMs: doorOpenTime * 1000, hourAtStart };
  }

  #ambient(t: number): number {
    const { ambientMean, ambientSwing, hourAtStart } = this.#worn.at(t);
    const hour = hourOfDay(gridMiddle(t), hourAtStart);
    return dayWave(ambientMean, ambientSwing, hour);
  }

  #watts(t: number): number {
    const { cop, coolingPower, starts } = this.#worn.at(t);
    // A rotor that stands still draws its starting current, and more than a running one.
    const driven = starts + (1 - starts) * LOCKED_ROTOR;
    const share = 1 - COP_LOSS_PER_K * (this.#ambient(t) - 25);
    return (coolingPower * driven) / Math.max(COP_MIN, cop * share);
  }
}

export default defineDevice({
  kind: 'cold-chain-fridge',
  summary: 'A medicine fridge with a door, a compressor and a probe in the product.',
  params,
  signals,
  commands,
  inputs,
  malfunctions,
  everyMs: 10_000,
  start: (input) => new Fridge(input),
});
