/**
 * A small warm chamber with a heater that somebody else must switch: one thermal mass behind one
 * resistance, in a room of constant temperature. Its own guard only keeps it from getting cold.
 * With the heater on for good it settles where the walls lose what that gives. A loss of power
 * switches the heater off, and it stays with the guard until somebody commands it again.
 */
import { streamKey } from '#kernel';
import {
  type CommandValue,
  type DrawnParam,
  defineDevice,
  type Physics,
  type PhysicsInput,
  type SignalSpec,
} from '../device.ts';
import { completeParams } from '../draw.ts';
import { RelayLoop, type Stretch } from '../signals/relay-loop.ts';
import { measure, measurePower } from '../signals/sensor.ts';

const params = {
  ambient: {
    about: 'Temperature around the chamber',
    unit: '°C',
    value: 22,
    spread: 0.04,
    min: -20,
    max: 45,
  },
  heaterPower: {
    about: 'Heat given by the heater at full power',
    unit: 'W',
    value: 60,
    spread: 0.05,
    min: 1,
    max: 5000,
  },
  resistance: {
    about: 'Thermal resistance of the walls',
    unit: 'K/W',
    value: 0.5,
    spread: 0.05,
    min: 0.001,
    max: 2,
  },
  heatCapacity: {
    about: 'Heat stored by air, walls and shelves',
    unit: 'J/K',
    value: 120,
    spread: 0.08,
    min: 10,
    max: 1e6,
  },
  begins: {
    about: 'Temperature in the chamber as the scenario begins',
    unit: '°C',
    value: 35,
    spread: 0.05,
    min: -20,
    max: 80,
  },
  guard: {
    about: 'Below that its own guard switches the heater on, and off a kelvin above',
    unit: '°C',
    value: 26,
    spread: 0.02,
    min: -20,
    max: 80,
  },
  sensorNoise: {
    about: 'Standard deviation of the thermometer',
    unit: 'K',
    value: 0.05,
    spread: 0.1,
    min: 0,
    max: 5,
  },
} as const satisfies Record<string, DrawnParam>;

const signals = {
  temperature: { about: 'Air in the chamber', unit: '°C', low: -40, high: 125, step: 0.1 },
  heater: { about: 'Heater on', unit: '1', low: 0, high: 1, step: 1 },
  power: { about: 'Electric power of the heater', unit: 'W', low: 0, high: 6000, step: 1 },
} as const satisfies Record<string, SignalSpec>;

const commands = {
  heater: { about: '1 switches the heater on, 0 leaves it to the guard', low: 0, high: 1 },
} as const;

/** No chamber gets there. */
const NEVER = { onAt: 1e6, offAt: 1e6 + 1 };

class Chamber implements Physics {
  readonly #params: Readonly<Record<keyof typeof params, number>>;
  readonly #loop: RelayLoop;
  readonly #thermometerKey: number;
  readonly #meterKey: number;

  constructor({ params: given, key }: PhysicsInput) {
    this.#params = completeParams(params, given);
    this.#thermometerKey = streamKey(key, 'temperature');
    this.#meterKey = streamKey(key, 'power');
    const { begins } = this.#params;
    const start = { x: begins, on: begins < this.#params.guard, lag: begins };
    this.#loop = new RelayLoop(() => this.#world(), this.#guard, 0, start);
  }

  sample(t: number, n: number): Record<string, number> {
    const { x, on } = this.#loop.at(t);
    const watts = on ? this.#params.heaterPower : 0;
    const noise = this.#params.sensorNoise;
    return {
      temperature: measure(x, noise, this.#thermometerKey, n, signals.temperature),
      heater: on ? 1 : 0,
      power: measurePower(watts, this.#meterKey, n, signals.power),
    };
  }

  truth(t: number): Record<string, number> {
    const { x, on } = this.#loop.at(t);
    return { temperature: x, heater: on ? 1 : 0, power: on ? this.#params.heaterPower : 0 };
  }

  command(name: string, value: CommandValue, t: number): boolean {
    const { low, high } = commands.heater;
    if (name !== 'heater' || typeof value !== 'number') return false;
    if (!(value >= low && value <= high)) return false;
    this.#switch(value >= 0.5, t);
    return true;
  }

  power(on: boolean, t: number): void {
    this.#loop.setPower(on, t);
    if (!on) this.#switch(false, t);
  }

  #switch(on: boolean, t: number): void {
    this.#loop.setBand(on ? NEVER : this.#guard, t);
  }

  get #guard(): { onAt: number; offAt: number } {
    const { guard } = this.#params;
    return { onAt: guard, offAt: guard + 1 };
  }

  #world(): Stretch {
    const { ambient, resistance, heatCapacity, heaterPower } = this.#params;
    return {
      tauS: resistance * heatCapacity,
      infOff: ambient,
      infOn: ambient + resistance * heaterPower,
      until: Number.POSITIVE_INFINITY,
    };
  }
}

export default defineDevice({
  kind: 'incubator',
  summary: 'A small warm chamber with a heater that somebody else must switch.',
  params,
  signals,
  commands,
  everyMs: 1000,
  start: (input) => new Chamber(input),
});
