/**
 * A lorry with a tracker: by day it drives from stop to stop, at night it stands. Its place is
 * where its wheels took it; what the tracker says is where the satellites see it, some metres
 * beside, which wander slowly. What it burns follows from its weight, the air and its tyres.
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
import { Drive, type Driven } from '../signals/driving.ts';
import { beside } from '../signals/earth.ts';
import { GaussMarkov } from '../signals/gauss-markov.ts';
import { Receiver, type Sky } from '../signals/receiver.ts';
import { measure } from '../signals/sensor.ts';
import { hourOfDay } from '../signals/weather.ts';

const params = {
  latitude: {
    about: 'Latitude of its depot',
    unit: '°',
    value: 50.11,
    spread: 0.002,
    min: -60,
    max: 60,
  },
  longitude: {
    about: 'Longitude of its depot',
    unit: '°',
    value: 8.68,
    spread: 0.01,
    min: -179,
    max: 179,
  },
  mass: { about: 'Its weight', unit: 'kg', value: 12_000, spread: 0.1, min: 1000, max: 40_000 },
  dragArea: {
    about: 'Drag coefficient times frontal area',
    unit: 'm²',
    value: 6,
    spread: 0.05,
    min: 1,
    max: 15,
  },
  rolling: {
    about: 'Rolling resistance, as a share of the weight',
    unit: '1',
    value: 0.007,
    spread: 0.05,
    min: 0.003,
    max: 0.05,
  },
  cruise: {
    about: 'Speed that its driver likes to keep',
    unit: 'km/h',
    value: 60,
    spread: 0.08,
    min: 20,
    max: 110,
  },
  leg: { about: 'Mean way between stops', unit: 'km', value: 6, spread: 0.2, min: 0.3, max: 200 },
  stop: { about: 'Mean time at a stop', unit: 'min', value: 9, spread: 0.2, min: 1, max: 240 },
  tank: { about: 'What its tank takes', unit: 'l', value: 180, spread: 0.05, min: 20, max: 1500 },
  efficiency: {
    about: 'Share of the heat of its fuel that reaches the wheels',
    unit: '1',
    value: 0.36,
    spread: 0.03,
    min: 0.1,
    max: 0.5,
  },
  idling: {
    about: 'What its engine burns at a stop',
    unit: 'l/h',
    value: 1.4,
    spread: 0.1,
    min: 0,
    max: 10,
  },
  positionError: {
    about: 'Standard deviation of its place to the east and to the north',
    unit: 'm',
    value: 4,
    spread: 0.1,
    min: 0,
    max: 100,
  },
  positionMemory: {
    about: 'Time in which that has become another',
    unit: 's',
    value: 120,
    spread: 0.1,
    min: 10,
    max: 3600,
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
  latitude: { about: 'Where it is, to the north', unit: '°', low: -90, high: 90, step: 1e-6 },
  longitude: { about: 'Where it is, to the east', unit: '°', low: -180, high: 180, step: 1e-6 },
  speed: { about: 'Speed', unit: 'km/h', low: 0, high: 150, step: 0.1 },
  odometer: { about: 'Way since it was built', unit: 'km', low: 0, high: 4e6, step: 0.01 },
  fuel: { about: 'Fuel in its tank', unit: 'l', low: 0, high: 1500, step: 0.1 },
  satellites: { about: 'Satellites that it sees', unit: '1', low: 0, high: 32, step: 1 },
} as const satisfies Record<string, SignalSpec>;

const commands = {
  limit: { about: 'Speed that it must not exceed, km/h', low: 10, high: 110, sets: 'limit' },
} as const;

const inputs = {
  fresh: { about: 'Share of its way since the last fix that it says', unit: '1', value: 1 },
  astray: { about: 'Metres to the east by which its place is false', unit: 'm', value: 0 },
  mirrored: { about: 'Times as far its place wanders, between walls', unit: '1', value: 1 },
  covered: { about: 'Satellites that something hides', unit: '1', value: 0 },
  wheelScale: { about: 'What its odometer counts for each kilometre', unit: '1', value: 1 },
  siphoned: { about: 'Fuel that somebody takes', unit: 'l/h', value: 0 },
  brakes: { about: 'How hard it is braked', unit: 'm/s²', value: 1.1 },
} as const satisfies Record<string, InputSpec>;

const malfunctions = {
  'fix-frozen': {
    about: 'The receiver says its last place again and again',
    component: 'receiver',
    changes: { fresh: { by: 'factor', worst: 0 } },
  },
  spoofed: {
    about: 'Somebody outshines the satellites, and leads it away',
    component: 'receiver',
    changes: { astray: { by: 'sum', worst: 3000 } },
  },
  multipath: {
    about: 'Between walls and masts its place jumps far',
    component: 'surroundings',
    changes: { mirrored: { by: 'factor', worst: 12 }, covered: { by: 'sum', worst: 4 } },
  },
  'antenna-loose': {
    about: 'Its antenna has come loose: it sees few satellites, and its place wanders',
    component: 'antenna',
    changes: { covered: { by: 'sum', worst: 7 }, mirrored: { by: 'factor', worst: 5 } },
  },
  'odometer-scale': {
    about: 'Other wheels were fitted, and nobody told the odometer',
    component: 'odometer',
    changes: { wheelScale: { by: 'factor', worst: 1.15 } },
  },
  'low-tyre': {
    about: 'A tyre loses air: it rolls harder and burns more',
    component: 'tyre',
    changes: { rolling: { by: 'factor', worst: 3 } },
  },
  'harsh-driving': {
    about: 'It is driven fast and braked hard',
    component: 'driver',
    changes: { brakes: { by: 'factor', worst: 4 }, cruise: { by: 'factor', worst: 1.35 } },
  },
  'fuel-theft': {
    about: 'Somebody takes fuel out of its tank',
    component: 'tank',
    changes: { siphoned: { by: 'sum', worst: 60 } },
  },
} as const satisfies Record<string, MalfunctionSpec>;

const declared = { params, inputs, malfunctions } as const;
type Now = ReturnType<Worn<typeof declared>['at']>;

const [HOUR_MS, KMH] = [3_600_000, 3.6] as const;
const AIR_DENSITY = 1.2;
/** J in a litre of diesel. */
const LITRE_J = 35.8e6;
const SPEEDS_UP = 0.6;
const ROLLS_TO = 0.85;
/** It stands from then on, until then. */
const [EVENING, MORNING] = [20, 6] as const;
/** With less than that it is filled up at its next stop. */
const LOW_TANK = 0.2;
/** Of what its place wanders by. */
const GRID_MS = 10_000;
/** Way from which it turns back towards its depot. */
const FAR_LEGS = 3;
const SKY = 11;
/** So often its driver tries again to start it. */
const TRIES_MS = 60_000;

/** One leg and the stop behind it; where it was, and what it had, as it set off. */
interface Round {
  leg: number;
  from: number;
  drive: Drive;
  until: number;
  /** Its engine runs until then. */
  idlesTo: number;
  east: number;
  north: number;
  /** Direction, as the share of each metre that goes to the east and to the north. */
  heads: { east: number; north: number };
  odometer: number;
  counted: number;
  fuel: number;
  now: Now;
}

class Tracker implements Physics {
  readonly #worn: Worn<typeof declared>;
  readonly #keys: Readonly<Record<string, number>>;
  readonly #errs: { east: GaussMarkov; north: GaussMarkov };
  #round: Round;
  #isPowered = true;
  /** Null where its driver keeps the speed. */
  #limit: number | null = null;
  readonly #receiver = new Receiver();
  readonly #sky: Sky = {
    seenAt: (t) => this.#seenAt(t),
    freshAt: (t) => this.#worn.at(t).fresh,
  };

  constructor(input: PhysicsInput) {
    this.#worn = new Worn(declared, input);
    const keys = ['east', 'north', 'legs', ...Object.keys(signals)];
    this.#keys = Object.fromEntries(keys.map((name) => [name, streamKey(input.key, name)]));
    const memoryMs = this.#worn.at(0).positionMemory * 1000;
    const wander = (name: string): GaussMarkov =>
      new GaussMarkov(this.#keys[name] ?? 0, memoryMs, GRID_MS);
    this.#errs = { east: wander('east'), north: wander('north') };
    const now = this.#worn.at(0);
    const bought = Math.floor(1000 + 200_000 * this.#unit(0, 0)) * 1000;
    this.#round = this.#set(0, 0, {
      ...{ east: 0, north: 0, odometer: bought, counted: bought },
      fuel: now.tank * (0.4 + 0.6 * this.#unit(0, 1)),
    });
  }

  sample(t: number, n: number): Record<string, number> {
    const truth = this.truth(t);
    const now = this.#worn.at(t);
    const said = (name: keyof typeof signals, value: number, noise: number): number =>
      measure(value, noise, this.#keys[name] ?? 0, n, signals[name]);
    const { east, north } = this.#receiver.fix;
    const place = beside(now, east, north);
    const { speed = 0, counted = 0, fuel = 0 } = truth;
    return {
      latitude: said('latitude', place.latitude, 0),
      longitude: said('longitude', place.longitude, 0),
      speed: said('speed', speed, speed > 0 ? 0.3 : 0),
      odometer: said('odometer', counted, 0),
      fuel: said('fuel', fuel, now.tank * 0.004),
      satellites: said('satellites', SKY - now.covered, 0.8),
    };
  }

  truth(t: number): Record<string, number> {
    this.#receiver.by(t, this.#sky);
    const { round, driven } = this.#drivenBy(t);
    const { heads, now } = round;
    return {
      east: round.east + heads.east * driven.way,
      north: round.north + heads.north * driven.way,
      speed: driven.speed * KMH,
      odometer: (round.odometer + driven.way) / 1000,
      counted: (round.counted + driven.way * now.wheelScale) / 1000,
      fuel: Math.max(0, round.fuel - burnt(round, driven, t)),
      limit: this.#limit ?? commands.limit.high,
    };
  }

  command(name: string, value: CommandValue, t: number): boolean {
    const { low, high } = commands.limit;
    if (name !== 'limit' || typeof value !== 'number' || !(value >= low && value <= high)) {
      return false;
    }
    this.truth(t);
    // It holds from the next leg on.
    this.#limit = value;
    return true;
  }

  /** Without power its starter does not turn: it stands where it stops next. */
  power(on: boolean, t: number): void {
    this.truth(t);
    this.#isPowered = on;
  }

  #roundAt(t: number): Round {
    while (t >= this.#round.until) {
      const done = this.#round;
      if (!this.#isPowered) {
        this.#round = { ...done, until: done.until + TRIES_MS };
        continue;
      }
      const driven = drivenIn(done, done.until);
      const left = Math.max(0, done.fuel - burnt(done, driven, done.until));
      const { tank } = done.now;
      this.#round = this.#set(done.leg + 1, done.until, {
        east: done.east + done.heads.east * driven.way,
        north: done.north + done.heads.north * driven.way,
        odometer: done.odometer + driven.way,
        counted: done.counted + driven.way * done.now.wheelScale,
        fuel: left < LOW_TANK * tank ? tank : left,
      });
    }
    return this.#round;
  }

  /** As the machine and its driver are when it sets off, they stay until it sets off again. */
  #set(
    leg: number,
    from: number,
    at: Pick<Round, 'east' | 'north' | 'odometer' | 'counted' | 'fuel'>,
  ): Round {
    const now = this.#worn.at(from);
    const length = now.leg * 1000 * (0.4 + 1.2 * this.#unit(leg, 2));
    const cruise = Math.min(now.cruise, this.#limit ?? now.cruise) / KMH;
    const wishes = { length, cruise, speedsUp: SPEEDS_UP, brakes: now.brakes, rollsTo: ROLLS_TO };
    const { mass, dragArea, rolling } = now;
    const drive = new Drive({ mass, dragArea, rolling, airDensity: AIR_DENSITY }, wishes);
    const arrives = from + drive.seconds * 1000;
    const stopMs = now.stop * 60_000 * (0.3 + 1.4 * this.#unit(leg, 3));
    return {
      ...{ leg, from, drive, now, idlesTo: arrives + stopMs },
      until: setsOff(arrives + stopMs, now.hourAtStart),
      ...at,
      heads: this.#heads(leg, at, now.leg * 1000),
    };
  }

  /** Anywhere, but back where it has come from once that is far. */
  #heads(
    leg: number,
    { east, north }: { east: number; north: number },
    usual: number,
  ): Round['heads'] {
    const away = Math.sqrt(east * east + north * north);
    if (away > FAR_LEGS * usual) return { east: -east / away, north: -north / away };
    const angle = 2 * Math.PI * this.#unit(leg, 4);
    return { east: Math.cos(angle), north: Math.sin(angle) };
  }

  #seenAt(t: number): { east: number; north: number } {
    const now = this.#worn.at(t);
    const { round, driven } = this.#drivenBy(t);
    const far = now.positionError * now.mirrored;
    return {
      east: round.east + round.heads.east * driven.way + now.astray + far * this.#errs.east.at(t),
      north: round.north + round.heads.north * driven.way + far * this.#errs.north.at(t),
    };
  }

  #drivenBy(t: number): { round: Round; driven: Driven } {
    const round = this.#roundAt(t);
    return { round, driven: drivenIn(round, t) };
  }

  #unit(leg: number, what: number): number {
    return unitAt(this.#keys.legs ?? 0, leg * 8 + what);
  }
}

const drivenIn = ({ drive, from }: Round, t: number): Driven =>
  drive.after(Math.max(0, t - from) / 1000);

/** l since it set off: at night its engine stands, and whoever takes fuel does not. */
function burnt({ from, idlesTo, now }: Round, { work }: Driven, t: number): number {
  const idles = (now.idling * (Math.min(t, idlesTo) - from)) / HOUR_MS;
  return work / (now.efficiency * LITRE_J) + idles + (now.siphoned * (t - from)) / HOUR_MS;
}

/** Not at night: then it stands until morning, and its engine with it. */
function setsOff(t: number, hourAtStart: number): number {
  const hour = hourOfDay(t, hourAtStart);
  if (hour >= MORNING && hour < EVENING) return t;
  return t + ((24 + MORNING - hour) % 24) * HOUR_MS;
}

export default defineDevice({
  kind: 'tracker',
  summary: 'A lorry with a tracker: where it is, how fast, and what it burns.',
  params,
  signals,
  commands,
  inputs,
  malfunctions,
  everyMs: 30_000,
  start: (input) => new Tracker(input),
});
