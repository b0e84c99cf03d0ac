/**
 * A room with an electric heater and a two-point thermostat: one thermal mass behind one
 * resistance, warmed by the heater, by people and by the sun, under a day of weather. With the
 * gains and the swing at zero it is the textbook relay (on 2513.1 s, off 625.2 s at 5 °C outside),
 * which is how the tests know that it is right.
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
import {
  gridEndAfter,
  gridMiddle,
  RelayLoop,
  type Stretch,
  startPhase,
} from '../signals/relay-loop.ts';
import { measure, measurePower } from '../signals/sensor.ts';
import { dayWave, hourOfDay, sunShare } from '../signals/weather.ts';

const params = {
  resistance: {
    about: 'Thermal resistance between room and outside',
    unit: 'K/W',
    value: 0.005,
    spread: 0.08,
    min: 0.0005,
    max: 0.1,
  },
  heatCapacity: {
    about: 'Heat stored by room and furniture',
    unit: 'J/K',
    value: 2_000_000,
    spread: 0.08,
    min: 10_000,
    max: 1e9,
  },
  heaterPower: {
    about: 'Heat given by the heater while it is on',
    unit: 'W',
    value: 4000,
    spread: 0.05,
    min: 0,
    max: 20_000,
  },
  setpoint: {
    about: 'Middle of the band',
    unit: '°C',
    value: 21,
    spread: 0.02,
    min: 5,
    max: 30,
  },
  band: {
    about: 'Distance between switching on and off',
    unit: 'K',
    value: 1,
    spread: 0.05,
    min: 0.1,
    max: 5,
  },
  outdoorMean: {
    about: 'Mean temperature outside',
    unit: '°C',
    value: 5,
    spread: 0.05,
    min: -40,
    max: 50,
  },
  outdoorSwing: {
    about: 'How far the day goes above and below the mean',
    unit: 'K',
    value: 5,
    spread: 0.05,
    min: 0,
    max: 20,
  },
  occupantGain: {
    about: 'Heat given by the people in an occupied room',
    unit: 'W',
    value: 150,
    spread: 0.2,
    min: 0,
    max: 5000,
  },
  solarGain: {
    about: 'Heat let in by the windows at noon',
    unit: 'W',
    value: 250,
    spread: 0.3,
    min: 0,
    max: 5000,
  },
  sensorNoise: {
    about: 'Standard deviation of the thermometer',
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
  temperature: { about: 'Air in the room', unit: '°C', low: -40, high: 85, step: 0.1 },
  heating: { about: 'Heater on', unit: '1', low: 0, high: 1, step: 1 },
  power: { about: 'Electric power of the heater', unit: 'W', low: 0, high: 20_000, step: 1 },
} as const satisfies Record<string, SignalSpec>;

const commands = {
  setpoint: { about: 'New middle of the band, °C', low: 5, high: 30, sets: 'setpoint' },
} as const;

const inputs = {
  probeBias: { about: 'By how much too much the thermometer says', unit: 'K', value: 0 },
  stuck: { about: 'The relay sticks: 1 on, -1 off', unit: '1', value: 0 },
} as const satisfies Record<string, InputSpec>;

const malfunctions = {
  'heater-fade': {
    about: 'A heater that scales up gives off less and less',
    component: 'heater',
    changes: { heaterPower: { by: 'factor', worst: 0.3 } },
  },
  'window-open': {
    about: 'A window stands open',
    component: 'envelope',
    changes: { resistance: { by: 'factor', worst: 0.3 } },
  },
  'probe-bias': {
    about: 'The thermometer says too much, and the room is kept too cold by it',
    component: 'thermometer',
    changes: { probeBias: { by: 'sum', worst: 3 } },
  },
  'relay-stuck-on': {
    about: 'The contacts of the relay are welded',
    component: 'relay',
    changes: { stuck: { by: 'sum', worst: 1 } },
  },
  'relay-stuck-off': {
    about: 'The relay does not close any more',
    component: 'relay',
    changes: { stuck: { by: 'sum', worst: -1 } },
  },
} as const satisfies Record<string, MalfunctionSpec>;

const declared = { params, inputs, malfunctions } as const;

const HOUR_MS = 3_600_000;
/** A relay sticks or does not: from this severity on it does. */
const STICKS_FROM = 0.5;
/** No room comes to thresholds so far away. */
const OUT_OF_REACH_K = 1000;

class Room implements Physics {
  readonly #worn: Worn<typeof declared>;
  readonly #loop: RelayLoop;
  #setpoint: number;
  readonly #thermometerKey: number;
  readonly #meterKey: number;
  readonly #peopleKey: number;

  constructor(input: PhysicsInput) {
    const { key } = input;
    this.#worn = new Worn(declared, input);
    this.#thermometerKey = streamKey(key, 'temperature');
    this.#meterKey = streamKey(key, 'power');
    this.#peopleKey = streamKey(key, 'occupancy');
    this.#setpoint = this.#worn.at(0).setpoint;
    const band = this.#bandAround(this.#setpoint);
    const start = startPhase(this.#world(0), band, unitAt(streamKey(key, 'phase'), 0));
    this.#loop = new RelayLoop((t) => this.#world(t), band, 0, start);
  }

  sample(t: number, n: number): Record<string, number> {
    const { x, on } = this.#loop.at(t);
    const { heaterPower, sensorNoise: noise, probeBias } = this.#worn.at(t);
    const watts = on ? heaterPower : 0;
    return {
      temperature: measure(x + probeBias, noise, this.#thermometerKey, n, signals.temperature),
      heating: on ? 1 : 0,
      power: measurePower(watts, this.#meterKey, n, signals.power),
    };
  }

  truth(t: number): Record<string, number> {
    const { x, on } = this.#loop.at(t);
    return {
      temperature: x,
      heating: on ? 1 : 0,
      power: on ? this.#worn.at(t).heaterPower : 0,
      outdoor: this.#outdoor(t),
      occupied: this.#occupied(t) ? 1 : 0,
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

  #bandAround(setpoint: number): { onAt: number; offAt: number } {
    const half = this.#worn.at(0).band / 2;
    return { onAt: setpoint - half, offAt: setpoint + half };
  }

  #world(t: number): Stretch {
    const { resistance, heatCapacity, heaterPower, occupantGain, solarGain, hourAtStart } =
      this.#worn.at(t);
    const sun = sunShare(hourOfDay(gridMiddle(t), hourAtStart));
    const gains = solarGain * sun + (this.#occupied(t) ? occupantGain : 0);
    const infOff = this.#outdoor(t) + resistance * gains;
    return {
      tauS: resistance * heatCapacity,
      infOff,
      infOn: infOff + resistance * heaterPower,
      shift: this.#shift(t),
      until: Math.min(gridEndAfter(t), this.#worn.edgeAfter(t)),
    };
  }

  /** A probe that says too much has the relay switch too early; one that sticks never does. */
  #shift(t: number): number {
    const { probeBias, stuck } = this.#worn.at(t);
    if (Math.abs(stuck) >= STICKS_FROM) return Math.sign(stuck) * OUT_OF_REACH_K;
    return probeBias === 0 ? 0 : -probeBias;
  }

  #outdoor(t: number): number {
    const { outdoorMean, outdoorSwing, hourAtStart } = this.#worn.at(t);
    const hour = hourOfDay(gridMiddle(t), hourAtStart);
    return dayWave(outdoorMean, outdoorSwing, hour);
  }

  /** People come and go by the hour of scenario time: mostly there by day, rarely by night. */
  #occupied(t: number): boolean {
    const hourIndex = Math.floor(t / HOUR_MS);
    const hour = hourOfDay(hourIndex * HOUR_MS, this.#worn.at(t).hourAtStart);
    const chance = hour >= 7 && hour < 22 ? 0.7 : 0.05;
    return unitAt(this.#peopleKey, hourIndex) < chance;
  }
}

export default defineDevice({
  kind: 'room-thermostat',
  summary: 'A heated room under a day of weather, with a two-point thermostat.',
  params,
  signals,
  commands,
  inputs,
  malfunctions,
  everyMs: 10_000,
  start: (input) => new Room(input),
});
