/**
 * A rolling bearing with an accelerometer on its housing, which listens for a sixth of a second
 * whenever it samples: a waveform is made and looked at as an analyser would, so that what it says
 * is a measurement of the same flaw each time, and never twice the same. With the 6205 of the
 * textbook at 1797 turns a minute a flaw of the outer ring sounds at 107.4 Hz.
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
  envelope,
  lineAt,
  passingRates,
  type Sounding,
  shapeOf,
  waveform,
} from '../signals/bearing.ts';
import { type Draw, Lag } from '../signals/lag.ts';
import { gridEndAfter, gridMiddle } from '../signals/relay-loop.ts';
import { measure, quantise } from '../signals/sensor.ts';
import { dayWave, hourOfDay } from '../signals/weather.ts';

const params = {
  elements: { about: 'Balls in it', unit: '1', value: 9, spread: 0, min: 4, max: 40 },
  ballRatio: {
    about: 'Diameter of a ball over that of its circle, by the cosine of their contact',
    unit: '1',
    value: 0.203_383,
    spread: 0,
    min: 0.05,
    max: 0.45,
  },
  speed: {
    about: 'Turns of its shaft without a load',
    unit: '1/min',
    value: 1797,
    spread: 0.01,
    min: 60,
    max: 6000,
  },
  slip: {
    about: 'Share by which the load of the day makes it slower',
    unit: '1',
    value: 0.02,
    spread: 0.1,
    min: 0,
    max: 0.3,
  },
  note: {
    about: 'Note of its housing',
    unit: 'Hz',
    value: 3000,
    spread: 0.12,
    min: 1500,
    max: 5500,
  },
  damping: {
    about: 'How fast that note dies away',
    unit: '1',
    value: 0.05,
    spread: 0.2,
    min: 0.01,
    max: 0.3,
  },
  imbalance: {
    about: 'Acceleration once a turn',
    unit: 'g',
    value: 0.12,
    spread: 0.4,
    min: 0,
    max: 20,
  },
  misaligned: {
    about: 'Acceleration twice a turn',
    unit: 'g',
    value: 0.05,
    spread: 0.4,
    min: 0,
    max: 20,
  },
  roughness: {
    about: 'Standard deviation of all else that it hears',
    unit: 'g',
    value: 0.08,
    spread: 0.25,
    min: 0.001,
    max: 10,
  },
  warmth: {
    about: 'By how much it is warmer than the hall',
    unit: 'K',
    value: 20,
    spread: 0.1,
    min: 0,
    max: 100,
  },
  warmthLag: {
    about: 'Time constant of its warmth',
    unit: 's',
    value: 1800,
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
  hourAtStart: {
    about: 'Hour of the day at which the scenario begins',
    unit: 'h',
    value: 8,
    spread: 0,
    min: 0,
    max: 24,
  },
} as const satisfies Record<string, DrawnParam>;

const G = { unit: 'g', low: 0, high: 200, step: 0.0001 } as const;
const signals = {
  rms: { about: 'Root mean square of its acceleration', ...G },
  peak: { about: 'Greatest acceleration', ...G },
  kurtosis: { about: 'How spiked that is; 3 for noise', unit: '1', low: 0, high: 5000, step: 0.01 },
  low: { about: 'Acceleration below 1 kHz', ...G },
  middle: { about: 'Acceleration from 1 to 4 kHz', ...G },
  high: { about: 'Acceleration above 4 kHz', ...G },
  outer: { about: 'Envelope at the rate of the outer ring', ...G },
  inner: { about: 'Envelope at the rate of the inner ring', ...G },
  ball: { about: 'Envelope at twice the spin of a ball', ...G },
  cage: { about: 'Envelope at the rate of the cage', ...G },
  temperature: { about: 'Temperature of the housing', unit: '°C', low: -40, high: 250, step: 0.1 },
  speed: { about: 'Turns of its shaft', unit: '1/min', low: 0, high: 7000, step: 1 },
} as const satisfies Record<string, SignalSpec>;

const commands = {
  speed: { about: 'Turns of its shaft from now on', low: 60, high: 6000, sets: 'asked' },
} as const;

const inputs = {
  onOuter: { about: 'Strikes of a flaw in the outer ring', unit: 'g', value: 0 },
  onInner: { about: 'Strikes of a flaw in the inner ring', unit: 'g', value: 0 },
  onBall: { about: 'Strikes of a flaw in a ball', unit: 'g', value: 0 },
  onCage: { about: 'Strikes of a broken cage', unit: 'g', value: 0 },
  friction: { about: 'Warmth by what rubs', unit: 'K', value: 0 },
} as const satisfies Record<string, InputSpec>;

/** At 20 g it would be taken out of service. */
const WORST_G = 20;

const malfunctions = {
  'outer-flaw': {
    about: 'A flaw in the outer ring',
    component: 'outer ring',
    changes: { onOuter: { by: 'sum', worst: WORST_G }, friction: { by: 'sum', worst: 12 } },
  },
  'inner-flaw': {
    about: 'A flaw in the inner ring, louder and softer with each turn',
    component: 'inner ring',
    changes: { onInner: { by: 'sum', worst: WORST_G }, friction: { by: 'sum', worst: 12 } },
  },
  'ball-flaw': {
    about: 'A flaw in a ball, which strikes both rings',
    component: 'ball',
    changes: { onBall: { by: 'sum', worst: WORST_G }, friction: { by: 'sum', worst: 12 } },
  },
  'cage-broken': {
    about: 'A broken cage: rare and hard strikes',
    component: 'cage',
    changes: { onCage: { by: 'sum', worst: WORST_G }, friction: { by: 'sum', worst: 18 } },
  },
  'grease-lost': {
    about: 'Its grease is gone: it hisses and gets hot',
    component: 'grease',
    changes: { roughness: { by: 'factor', worst: 5 }, friction: { by: 'sum', worst: 35 } },
  },
  unbalanced: {
    about: 'What it carries is out of balance',
    component: 'rotor',
    changes: { imbalance: { by: 'factor', worst: 12 } },
  },
  misalignment: {
    about: 'Its shaft is not in line with the next',
    component: 'coupling',
    changes: { misaligned: { by: 'factor', worst: 25 }, friction: { by: 'sum', worst: 6 } },
  },
} as const satisfies Record<string, MalfunctionSpec>;

const declared = { params, inputs, malfunctions } as const;

const BLOCK_MS = 600_000;

class Bearing implements Physics {
  readonly #worn: Worn<typeof declared>;
  readonly #keys: { wave: number; load: number; temperature: number };
  readonly #heat: Lag;
  #isPowered = true;
  /** Turns a minute; null where the parameter says it. */
  #asked: number | null = null;

  constructor(input: PhysicsInput) {
    this.#worn = new Worn(declared, input);
    this.#keys = {
      wave: streamKey(input.key, 'wave'),
      load: streamKey(input.key, 'load'),
      temperature: streamKey(input.key, 'temperature'),
    };
    this.#heat = new Lag((t) => this.#warmed(t), this.#warmed(0).to);
  }

  sample(t: number, n: number): Record<string, number> {
    const sounding = this.#sounding(t);
    const wave = waveform(sounding, this.#keys.wave, n);
    const { rms, peak, kurtosis, low, middle, high } = shapeOf(wave);
    const loud = envelope(wave, sounding.note);
    const { outer, inner, ball, cage } = sounding.rates;
    const heard = {
      ...{ rms, peak, kurtosis, low, middle, high },
      outer: lineAt(loud, outer),
      inner: lineAt(loud, inner),
      ball: lineAt(loud, 2 * ball),
      cage: lineAt(loud, cage),
    };
    const names = Object.keys(heard) as (keyof typeof heard)[];
    const { temperature, speed } = signals;
    return {
      ...Object.fromEntries(names.map((name) => [name, quantise(heard[name], signals[name])])),
      temperature: measure(this.#heat.at(t), 0.2, this.#keys.temperature, n, temperature),
      speed: quantise(sounding.turns * 60, speed),
    };
  }

  truth(t: number): Record<string, number> {
    const { rates, ...sounding } = this.#sounding(t);
    return {
      ...sounding,
      outerHz: rates.outer,
      innerHz: rates.inner,
      ballHz: rates.ball,
      cageHz: rates.cage,
      temperature: this.#heat.at(t),
      asked: this.#asked ?? this.#worn.at(t).speed,
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

  /** It stands still without power, and nothing strikes anything. */
  #sounding(t: number): Sounding {
    const now = this.#worn.at(t);
    const load = unitAt(this.#keys.load, Math.floor(gridMiddle(t) / BLOCK_MS));
    const asked = this.#asked ?? now.speed;
    const turns = this.#isPowered ? (asked * (1 - now.slip * load)) / 60 : 0;
    const moves = this.#isPowered ? 1 : 0;
    const geometry = { elements: now.elements, ratio: now.ballRatio, angle: 0 };
    return {
      ...{ turns, rates: passingRates(geometry, turns), note: now.note, damping: now.damping },
      ...{ outer: now.onOuter, inner: now.onInner, ball: now.onBall, cage: now.onCage },
      imbalance: now.imbalance * moves,
      misaligned: now.misaligned * moves,
      noise: now.roughness * (moves === 1 ? 1 : 0.05),
    };
  }

  #warmed(t: number): Draw {
    const { hallMean, hallSwing, hourAtStart, warmth, friction, warmthLag } = this.#worn.at(t);
    const hall = dayWave(hallMean, hallSwing, hourOfDay(gridMiddle(t), hourAtStart));
    return {
      to: hall + (this.#isPowered ? warmth + friction : 0),
      tauS: warmthLag,
      until: Math.min(gridEndAfter(t), this.#worn.edgeAfter(t)),
    };
  }
}

export default defineDevice({
  kind: 'bearing',
  summary: 'A rolling bearing, listened to by an analyser of its vibration.',
  params,
  signals,
  commands,
  inputs,
  malfunctions,
  everyMs: 600_000,
  start: (input) => new Bearing(input),
});
