/**
 * A room with people in it, and the fan that brings them fresh air: what they breathe out gathers
 * until as much goes as comes, what is burned and what drifts in from outside settles and is
 * filtered. People come and go by half hours, each by themselves. With the numbers of the textbook,
 * and all of them there, it comes to rest at 940 ppm.
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
import { type Draw, Lag } from '../signals/lag.ts';
import { gridEndAfter, gridMiddle } from '../signals/relay-loop.ts';
import { measure } from '../signals/sensor.ts';
import { dayWave, hourOfDay } from '../signals/weather.ts';

const params = {
  volume: { about: 'Air in the room', unit: 'm³', value: 200, spread: 0.05, min: 5, max: 100_000 },
  people: {
    about: 'People who work here; the fan is made for them',
    unit: '1',
    value: 10,
    spread: 0.1,
    min: 1,
    max: 60,
  },
  presence: {
    about: 'Share of the working day that each of them is there',
    unit: '1',
    value: 0.75,
    spread: 0.05,
    min: 0,
    max: 1,
  },
  breath: {
    about: 'Carbon dioxide that each breathes out',
    unit: 'mL/s',
    value: 5.2,
    spread: 0.03,
    min: 1,
    max: 20,
  },
  freshAir: {
    about: 'Fresh air that the fan brings for each',
    unit: 'L/s',
    value: 10,
    spread: 0.05,
    min: 0,
    max: 100,
  },
  nightAir: {
    about: 'Share of it outside the working day',
    unit: '1',
    value: 0.2,
    spread: 0.1,
    min: 0,
    max: 1,
  },
  cracks: {
    about: 'How often the air of the room goes by cracks',
    unit: '1/h',
    value: 0.1,
    spread: 0.1,
    min: 0,
    max: 5,
  },
  outside: {
    about: 'Carbon dioxide outside',
    unit: 'ppm',
    value: 420,
    spread: 0.01,
    min: 300,
    max: 1000,
  },
  dustOutside: {
    about: 'Fine dust outside, in the mean',
    unit: 'µg/m³',
    value: 12,
    spread: 0.1,
    min: 0,
    max: 900,
  },
  dustInside: {
    about: 'Fine dust that each person raises',
    unit: 'µg/h',
    value: 900,
    spread: 0.1,
    min: 0,
    max: 1e6,
  },
  settling: {
    about: 'How fast fine dust settles',
    unit: '1/h',
    value: 0.2,
    spread: 0.1,
    min: 0,
    max: 5,
  },
  filter: {
    about: 'Share of the dust that the filter of the fan holds back',
    unit: '1',
    value: 0.8,
    spread: 0.03,
    min: 0,
    max: 1,
  },
  warmth: {
    about: 'Temperature of the empty room',
    unit: '°C',
    value: 21,
    spread: 0.02,
    min: 5,
    max: 35,
  },
  personWarmth: {
    about: 'By how much each person warms it',
    unit: 'K',
    value: 0.2,
    spread: 0.1,
    min: 0,
    max: 5,
  },
  warmthLag: {
    about: 'Time constant of its warmth',
    unit: 's',
    value: 7200,
    spread: 0.1,
    min: 60,
    max: 1e6,
  },
  sensorNoise: {
    about: 'Standard deviation of the measured carbon dioxide',
    unit: 'ppm',
    value: 5,
    spread: 0.1,
    min: 0,
    max: 200,
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
  co2: { about: 'Carbon dioxide', unit: 'ppm', low: 0, high: 10_000, step: 1 },
  dust: { about: 'Fine dust (PM2.5)', unit: 'µg/m³', low: 0, high: 5000, step: 0.1 },
  temperature: { about: 'Temperature', unit: '°C', low: -40, high: 80, step: 0.1 },
  people: { about: 'People who are counted', unit: '1', low: 0, high: 200, step: 1 },
  airflow: { about: 'Air that the fan moves', unit: 'L/s', low: 0, high: 20_000, step: 0.1 },
} as const satisfies Record<string, SignalSpec>;

const commands = {
  fan: { about: 'Speed of the fan from now on, %', low: 0, high: 100, sets: 'speed' },
} as const;

const inputs = {
  damper: { about: 'Share of the duct that is open', unit: '1', value: 1 },
  grip: { about: 'Share of its speed that the belt hands on', unit: '1', value: 1 },
  fresh: { about: 'Share of what the fan moves that comes from outside', unit: '1', value: 1 },
  baseline: { about: 'What the sensor of carbon dioxide takes for none', unit: 'ppm', value: 0 },
  counted: { about: 'How many the counter counts for each', unit: '1', value: 1 },
} as const satisfies Record<string, InputSpec>;

const malfunctions = {
  'damper-stuck': {
    about: 'The damper is stuck nearly shut: little air comes at any speed',
    component: 'damper',
    changes: { damper: { by: 'factor', worst: 0.1 } },
  },
  'fan-loss': {
    about: 'The fan stands still',
    component: 'fan',
    changes: { grip: { by: 'factor', worst: 0 } },
  },
  'belt-slip': {
    about: 'The belt slips: it moves less than its motor turns',
    component: 'belt',
    changes: { grip: { by: 'factor', worst: 0.5 } },
  },
  recirculation: {
    about: 'A leak in the duct: much of what it brings has been in the room before',
    component: 'duct',
    changes: { fresh: { by: 'factor', worst: 0.3 } },
  },
  'filter-torn': {
    about: 'The filter is torn, and dust comes through',
    component: 'filter',
    changes: { filter: { by: 'factor', worst: 0 } },
  },
  'false-baseline': {
    about: 'The sensor has taken a stuffy night for fresh air, and says too little',
    component: 'carbon dioxide sensor',
    changes: { baseline: { by: 'sum', worst: 250 } },
  },
  miscount: {
    about: 'The counter at the door misses people',
    component: 'counter',
    changes: { counted: { by: 'factor', worst: 0.4 } },
  },
} as const satisfies Record<string, MalfunctionSpec>;

const declared = { params, inputs, malfunctions } as const;
type Now = ReturnType<Worn<typeof declared>['at']>;

const DAY = { from: 8, to: 18, noon: 12, noonTo: 13 } as const;
const [BLOCK_MS, HOUR_S, LITRES] = [1_800_000, 3600, 1000] as const;
/** How much less people are there over noon. */
const NOON_SHARE = 0.3;
const DUST_SWING = 0.4;
/** A closed room without a crack still loses a little. */
const CHANGES_MIN = 1e-6;

class AirQuality implements Physics {
  readonly #worn: Worn<typeof declared>;
  readonly #keys: Readonly<Record<string, number>>;
  readonly #lags: { co2: Lag; dust: Lag; temperature: Lag };
  #isPowered = true;
  /** In %; null where the hour says it. */
  #asked: number | null = null;

  constructor(input: PhysicsInput) {
    this.#worn = new Worn(declared, input);
    const names = [...Object.keys(signals), 'presence'];
    this.#keys = Object.fromEntries(names.map((name) => [name, streamKey(input.key, name)]));
    const begun = this.#worn.at(0);
    this.#lags = {
      co2: new Lag((t) => this.#breathed(t), begun.outside),
      dust: new Lag((t) => this.#raised(t), begun.dustOutside / 2),
      temperature: new Lag((t) => this.#warmed(t), begun.warmth),
    };
  }

  sample(t: number, n: number): Record<string, number> {
    const truth = this.truth(t);
    const now = this.#worn.at(t);
    const said = (name: keyof typeof signals, value: number, noise: number): number =>
      measure(value, noise, this.#keys[name] ?? 0, n, signals[name]);
    return {
      co2: said('co2', (truth.co2 ?? 0) - now.baseline, now.sensorNoise),
      dust: said('dust', truth.dust ?? 0, 0.3),
      temperature: said('temperature', truth.temperature ?? 0, 0.05),
      people: said('people', (truth.people ?? 0) * now.counted, 0),
      airflow: said('airflow', truth.airflow ?? 0, (truth.airflow ?? 0) * 0.01),
    };
  }

  truth(t: number): Record<string, number> {
    return {
      co2: this.#lags.co2.at(t),
      dust: this.#lags.dust.at(t),
      temperature: this.#lags.temperature.at(t),
      people: this.#people(t),
      airflow: this.#airflow(t),
      speed: this.#speed(t),
    };
  }

  command(name: string, value: CommandValue, t: number): boolean {
    const { low, high } = commands.fan;
    if (name !== 'fan' || typeof value !== 'number' || !(value >= low && value <= high)) {
      return false;
    }
    this.#turn(t, () => {
      this.#asked = value;
    });
    return true;
  }

  power(on: boolean, t: number): void {
    if (on === this.#isPowered) return;
    this.#turn(t, () => {
      this.#isPowered = on;
    });
  }

  #turn(t: number, how: () => void): void {
    for (const lag of Object.values(this.#lags)) lag.at(t);
    how();
    for (const lag of Object.values(this.#lags)) lag.turn(t);
  }

  /** In %. */
  #speed(t: number): number {
    if (this.#asked !== null) return this.#asked;
    return this.#isWorking(t) ? 100 : this.#worn.at(t).nightAir * 100;
  }

  /** L/s that the fan moves. */
  #airflow(t: number): number {
    const { freshAir, people, grip, damper } = this.#worn.at(t);
    const turns = this.#isPowered ? (this.#speed(t) / 100) * grip : 0;
    return freshAir * people * turns * damper;
  }

  #hour(t: number): number {
    return hourOfDay(gridMiddle(t), this.#worn.at(t).hourAtStart);
  }

  #isWorking(t: number): boolean {
    const hour = this.#hour(t);
    return hour >= DAY.from && hour < DAY.to;
  }

  /** Each comes and goes by himself, by half hours. */
  #people(t: number): number {
    if (!this.#isWorking(t)) return 0;
    const { people, presence } = this.#worn.at(t);
    const hour = this.#hour(t);
    const isNoon = hour >= DAY.noon && hour < DAY.noonTo;
    const share = isNoon ? presence * NOON_SHARE : presence;
    const block = Math.floor(gridMiddle(t) / BLOCK_MS);
    const all = Math.round(people);
    let there = 0;
    for (let one = 0; one < all; one++) {
      if (unitAt(this.#keys.presence ?? 0, block * 64 + one) < share) there++;
    }
    return there;
  }

  #breathed(t: number): Draw {
    const now = this.#worn.at(t);
    const freshPerS = this.#changes(t, now) / HOUR_S;
    const litresPerS = freshPerS * now.volume * LITRES;
    const added = (this.#people(t) * now.breath * 1000) / litresPerS;
    return { to: now.outside + added, tauS: 1 / freshPerS, until: this.#until(t) };
  }

  #raised(t: number): Draw {
    const now = this.#worn.at(t);
    const moved = ((this.#airflow(t) / LITRES) * HOUR_S) / now.volume;
    const fresh = moved * now.fresh;
    const outside = dayWave(now.dustOutside, now.dustOutside * DUST_SWING, this.#hour(t));
    // What goes round again is filtered as well.
    const goes = fresh + moved * (1 - now.fresh) * now.filter + now.cracks + now.settling;
    const comes =
      outside * (fresh * (1 - now.filter) + now.cracks) +
      (this.#people(t) * now.dustInside) / now.volume;
    const perH = Math.max(CHANGES_MIN, goes);
    return { to: comes / perH, tauS: HOUR_S / perH, until: this.#until(t) };
  }

  #warmed(t: number): Draw {
    const { warmth, personWarmth, warmthLag } = this.#worn.at(t);
    const to = warmth + personWarmth * this.#people(t);
    return { to, tauS: warmthLag, until: this.#until(t) };
  }

  /** How often its air is changed in an hour, by fan and by cracks. */
  #changes(t: number, { volume, cracks, fresh }: Now): number {
    const byFan = ((this.#airflow(t) * fresh) / LITRES) * (HOUR_S / volume);
    return Math.max(CHANGES_MIN, byFan + cracks);
  }

  #until(t: number): number {
    return Math.min(gridEndAfter(t), this.#worn.edgeAfter(t));
  }
}

export default defineDevice({
  kind: 'air-quality',
  summary: 'A room with people, the fan that airs it, and what they breathe.',
  params,
  signals,
  commands,
  inputs,
  malfunctions,
  everyMs: 60_000,
  start: (input) => new AirQuality(input),
});
