/**
 * An induction motor with its thermal relay. Its current follows its load, its winding warms with
 * the square of that, and the relay, which has a small copy of that heat in it, lets go when the
 * copy is too hot and closes again when it has cooled. When it will is known in closed form: by the
 * textbook after 435 s at 1.2 times the rated current, after 6.45 s with its rotor locked.
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
import { relax, timeToReach } from '../signals/first-order.ts';
import { ageingIn, LIFE_H } from '../signals/insulation.ts';
import { gridEndAfter, gridMiddle } from '../signals/relay-loop.ts';
import { measure, measurePower } from '../signals/sensor.ts';
import { dayWave, hourOfDay } from '../signals/weather.ts';

const params = {
  ratedCurrent: {
    about: 'Rated current',
    unit: 'A',
    value: 10.74,
    spread: 0.01,
    min: 0.1,
    max: 2000,
  },
  idleShare: {
    about: 'Share of that which it takes without any load',
    unit: '1',
    value: 0.35,
    spread: 0.03,
    min: 0.05,
    max: 0.9,
  },
  ratedPower: {
    about: 'Power that it gives at its rated load',
    unit: 'W',
    value: 5500,
    spread: 0.01,
    min: 50,
    max: 1e6,
  },
  efficiency: {
    about: 'Share of what it takes that it gives',
    unit: '1',
    value: 0.88,
    spread: 0.01,
    min: 0.3,
    max: 0.99,
  },
  load: {
    about: 'Load in the mean, as a share of the rated one',
    unit: '1',
    value: 0.75,
    spread: 0.05,
    min: 0,
    max: 1.5,
  },
  loadSwing: {
    about: 'How far it goes above and below that, by ten minutes',
    unit: '1',
    value: 0.15,
    spread: 0.1,
    min: 0,
    max: 0.7,
  },
  fullSpeed: {
    about: 'Speed of its field',
    unit: '1/min',
    value: 1500,
    spread: 0,
    min: 100,
    max: 3600,
  },
  slip: {
    about: 'Share by which it is slower at its rated load',
    unit: '1',
    value: 0.03,
    spread: 0.05,
    min: 0.001,
    max: 0.2,
  },
  rise: {
    about: 'By how much its winding is warmer than the hall at its rated current',
    unit: 'K',
    value: 80,
    spread: 0.03,
    min: 1,
    max: 200,
  },
  frameLag: {
    about: 'Time constant of its heat',
    unit: 's',
    value: 1800,
    spread: 0.05,
    min: 10,
    max: 100_000,
  },
  relayLag: {
    about: 'Time constant of the heat in its relay',
    unit: 's',
    value: 300,
    spread: 0.02,
    min: 1,
    max: 100_000,
  },
  tripAt: {
    about: 'Times its rated current that the relay bears for ever',
    unit: '1',
    value: 1.05,
    spread: 0.005,
    min: 1,
    max: 3,
  },
  hallMean: {
    about: 'Mean temperature of the hall',
    unit: '°C',
    value: 25,
    spread: 0.05,
    min: -20,
    max: 60,
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
    value: 0.004,
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
  currentA: { about: 'Current in the first phase', unit: 'A', low: 0, high: 20_000, step: 0.01 },
  currentB: { about: 'Current in the second phase', unit: 'A', low: 0, high: 20_000, step: 0.01 },
  currentC: { about: 'Current in the third phase', unit: 'A', low: 0, high: 20_000, step: 0.01 },
  power: { about: 'Electric power', unit: 'W', low: 0, high: 2e7, step: 1 },
  speed: { about: 'Speed', unit: '1/min', low: 0, high: 4000, step: 1 },
  winding: { about: 'Temperature of the winding', unit: '°C', low: -40, high: 400, step: 0.1 },
  sideband: { about: 'How far its sidebands are below', unit: 'dB', low: 0, high: 90, step: 0.1 },
  relay: { about: 'Heat in its relay, of what it bears', unit: '%', low: 0, high: 200, step: 0.1 },
} as const satisfies Record<string, SignalSpec>;

const commands = {
  load: { about: 'Load from now on, % of the rated one', low: 0, high: 300, sets: 'asked' },
} as const;

const inputs = {
  drag: { about: 'Load that is on it besides', unit: '1', value: 0 },
  lost: { about: 'Share of the third phase that is missing', unit: '1', value: 0 },
  locked: { about: 'How far its rotor is held', unit: '1', value: 0 },
  bars: { about: 'Share of the bars of its rotor that are broken', unit: '1', value: 0 },
} as const satisfies Record<string, InputSpec>;

const malfunctions = {
  overload: {
    about: 'What it drives goes hard: more current, and in the end the relay lets go',
    component: 'drive',
    changes: { drag: { by: 'sum', worst: 0.7 } },
  },
  'fan-blocked': {
    about: 'Its fan is blocked: it is hotter by the same current, which no relay sees',
    component: 'fan',
    changes: { rise: { by: 'factor', worst: 1.8 } },
  },
  'phase-loss': {
    about: 'One phase is gone, and the others carry 1.73 times as much',
    component: 'mains',
    changes: { lost: { by: 'sum', worst: 1 } },
  },
  'broken-bars': {
    about: 'Bars of the rotor break: it slips more, with lines beside that of the mains',
    component: 'rotor',
    changes: { bars: { by: 'sum', worst: 0.15 } },
  },
  'bearing-drag': {
    about: 'Dry bearings brake it',
    component: 'bearings',
    changes: { drag: { by: 'sum', worst: 0.15 } },
  },
  'rotor-locked': {
    about: 'Its rotor is held fast: 7.2 times the current, and the relay lets go at once',
    component: 'drive',
    changes: { locked: { by: 'sum', worst: 1 } },
  },
} as const satisfies Record<string, MalfunctionSpec>;

const declared = { params, inputs, malfunctions } as const;
type Now = ReturnType<Worn<typeof declared>['at']>;

const [BLOCK_MS, MAINS_HZ, LOCKED_TIMES] = [600_000, 50, 7.2] as const;
/** Two phases carry this much more when the third is gone. */
const BY_TWO = Math.sqrt(3);
/** What a sound rotor shows, and what one with each broken bar more shows. */
const [SOUND_DB, BAR_DB] = [60, 20] as const;
/** Share of its heat at which the relay closes again. */
const CLOSES_AT = 0.5;

class InductionMotor implements Physics {
  readonly #worn: Worn<typeof declared>;
  readonly #keys: Readonly<Record<string, number>>;
  /** What follows holds from then on. */
  #at = 0;
  #rise = 0;
  /** Of the relay, in squares of the rated current. */
  #heat = 0;
  #lifeS = 0;
  #isTripped = false;
  #isPowered = true;
  /** In %; null where the day says it. */
  #asked: number | null = null;

  constructor(input: PhysicsInput) {
    this.#worn = new Worn(declared, input);
    const names = [...Object.keys(signals), 'load'];
    this.#keys = Object.fromEntries(names.map((name) => [name, streamKey(input.key, name)]));
    // It has run for long, and was not too hot for its relay.
    const { rise, tripAt } = this.#worn.at(0);
    this.#heat = Math.min(this.#squared(0), 0.9 * tripAt * tripAt);
    this.#rise = rise * this.#heat;
  }

  sample(t: number, n: number): Record<string, number> {
    const truth = this.truth(t);
    const { sensorNoise, ratedCurrent } = this.#worn.at(t);
    const said = (name: keyof typeof signals, noise: number): number =>
      measure(truth[name] ?? 0, noise, this.#keys[name] ?? 0, n, signals[name]);
    const amps = this.#isRunning ? sensorNoise * ratedCurrent : 0;
    return {
      currentA: said('currentA', amps),
      currentB: said('currentB', amps),
      currentC: said('currentC', amps),
      power: measurePower(truth.power ?? 0, this.#keys.power ?? 0, n, signals.power),
      speed: said('speed', 0),
      winding: said('winding', sensorNoise * 100),
      sideband: said('sideband', sensorNoise * 100),
      relay: said('relay', 0),
    };
  }

  truth(t: number): Record<string, number> {
    this.#advance(t);
    const now = this.#worn.at(t);
    const { rise, heat, lifeS } = this.#after(t);
    const squared = this.#squared(t);
    const amps = now.ratedCurrent * Math.sqrt(squared);
    const load = this.#isRunning ? this.#load(t) : 0;
    const slip = Math.min(1, now.slip * load * (1 + 2 * now.bars) + now.locked);
    const share = this.#isRunning ? 1 - slip : 0;
    return {
      currentA: amps,
      currentB: amps,
      currentC: (amps * (1 - now.lost)) / this.#byTwo(now),
      power: (now.ratedPower * load * (1 - now.locked)) / now.efficiency + amps * amps,
      speed: now.fullSpeed * share,
      winding: this.#hall(t) + rise,
      sideband: Math.max(0, SOUND_DB - BAR_DB * Math.log10(1 + 100 * now.bars) * load),
      relay: (100 * heat) / (now.tripAt * now.tripAt),
      tripped: this.#isTripped ? 1 : 0,
      sidebandLow: MAINS_HZ * (1 - 2 * slip),
      sidebandHigh: MAINS_HZ * (1 + 2 * slip),
      lifeUsed: lifeS / 3600 / LIFE_H,
      asked: this.#asked ?? this.#byDay(t) * 100,
    };
  }

  command(name: string, value: CommandValue, t: number): boolean {
    const { low, high } = commands.load;
    if (name !== 'load' || typeof value !== 'number' || !(value >= low && value <= high)) {
      return false;
    }
    this.#advance(t);
    this.#anchor(Math.max(t, this.#at));
    this.#asked = value;
    return true;
  }

  power(on: boolean, t: number): void {
    if (on === this.#isPowered) return;
    this.#advance(t);
    this.#anchor(Math.max(t, this.#at));
    this.#isPowered = on;
  }

  get #isRunning(): boolean {
    return this.#isPowered && !this.#isTripped;
  }

  // --- what happens by itself: at edges of the world, and when the relay turns ------------------

  #advance(t: number): void {
    for (;;) {
      const turns = this.#turnsAt();
      const until = Math.min(gridEndAfter(this.#at), this.#worn.edgeAfter(this.#at), turns);
      if (until > t) return;
      this.#anchor(until);
      if (until === turns) this.#isTripped = !this.#isTripped;
    }
  }

  /** When the relay lets go or closes, if all stays as it is. */
  #turnsAt(): number {
    const { tripAt, relayLag } = this.#worn.at(this.#at);
    const limit = tripAt * tripAt;
    const target = this.#isTripped ? limit * CLOSES_AT : limit;
    const to = this.#squared(this.#at);
    // What is beyond its limit already turns at once, such as by another setting of the relay.
    if (this.#isTripped ? this.#heat <= target : this.#heat > target) return this.#at;
    return this.#at + timeToReach(this.#heat, to, target, relayLag) * 1000;
  }

  #anchor(t: number): void {
    const { rise, heat, lifeS } = this.#after(t);
    this.#rise = rise;
    this.#heat = heat;
    this.#lifeS = lifeS;
    this.#at = t;
  }

  #after(t: number): { rise: number; heat: number; lifeS: number } {
    const now = this.#worn.at(this.#at);
    const seconds = Math.max(0, t - this.#at) / 1000;
    const squared = this.#squared(this.#at);
    const riseAt = (s: number): number => relax(this.#rise, now.rise * squared, now.frameLag, s);
    const hall = this.#hall(this.#at);
    return {
      rise: riseAt(seconds),
      heat: relax(this.#heat, squared, now.relayLag, seconds),
      lifeS: this.#lifeS + ageingIn(seconds, (s) => hall + riseAt(s)),
    };
  }

  // --- the world and the load -------------------------------------------------------------------

  /** The square of its current, in rated ones. */
  #squared(t: number): number {
    if (!this.#isRunning) return 0;
    const now = this.#worn.at(t);
    const { idleShare, locked } = now;
    const load = this.#load(t);
    const idle = idleShare * idleShare;
    const turning = Math.sqrt(idle + (1 - idle) * load * load);
    const times = (turning + (LOCKED_TIMES - turning) * locked) * this.#byTwo(now);
    return times * times;
  }

  #byTwo = ({ lost }: Now): number => 1 + (BY_TWO - 1) * lost;

  #load(t: number): number {
    return (this.#asked === null ? this.#byDay(t) : this.#asked / 100) + this.#worn.at(t).drag;
  }

  #byDay(t: number): number {
    const { load, loadSwing } = this.#worn.at(t);
    const block = Math.floor(gridMiddle(t) / BLOCK_MS);
    return Math.max(0, load + loadSwing * (2 * unitAt(this.#keys.load ?? 0, block) - 1));
  }

  #hall(t: number): number {
    const { hallMean, hallSwing, hourAtStart } = this.#worn.at(t);
    return dayWave(hallMean, hallSwing, hourOfDay(gridMiddle(t), hourAtStart));
  }
}

export default defineDevice({
  kind: 'induction-motor',
  summary: 'An induction motor with its load and its thermal relay.',
  params,
  signals,
  commands,
  inputs,
  malfunctions,
  everyMs: 10_000,
  start: (input) => new InductionMotor(input),
});
