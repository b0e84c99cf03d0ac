/**
 * A lithium cell that is emptied and filled again for ever, with the electronics that count its
 * charge. It is a source behind a resistance and a slower one (Thévenin), it warms by its own
 * current, and ages with the root of what went through it, faster where it is warm. All of that is
 * closed form between two turns of its electronics. By the textbook a load of 3 A takes 105 mV at
 * once and 165 mV in the end, and 800 full cycles at 25 °C a fifth of its capacity.
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
import { ageing, ohms, restingVoltage } from '../signals/cell-chemistry.ts';
import { relax } from '../signals/first-order.ts';
import { gridMiddle } from '../signals/relay-loop.ts';
import { measure } from '../signals/sensor.ts';
import { dayWave, hourOfDay } from '../signals/weather.ts';

const params = {
  capacity: {
    about: 'Charge of the new cell',
    unit: 'Ah',
    value: 3,
    spread: 0.02,
    min: 0.1,
    max: 1000,
  },
  resistance: {
    about: 'Resistance that acts at once',
    unit: 'mΩ',
    value: 35,
    spread: 0.04,
    min: 0.1,
    max: 1000,
  },
  slowResistance: {
    about: 'Resistance that acts slowly',
    unit: 'mΩ',
    value: 20,
    spread: 0.04,
    min: 0.1,
    max: 1000,
  },
  slowCapacity: {
    about: 'What makes it slow',
    unit: 'F',
    value: 1500,
    spread: 0.05,
    min: 1,
    max: 100_000,
  },
  load: {
    about: 'Current that empties it',
    unit: 'A',
    value: 3,
    spread: 0.05,
    min: 0.01,
    max: 500,
  },
  charge: {
    about: 'Current that fills it',
    unit: 'A',
    value: 1.5,
    spread: 0.05,
    min: 0.01,
    max: 500,
  },
  emptyAt: {
    about: 'Charge at which it is filled again, % of what it holds',
    unit: '%',
    value: 10,
    spread: 0.05,
    min: 1,
    max: 45,
  },
  fullAt: {
    about: 'Charge up to which it is filled, % of what it holds',
    unit: '%',
    value: 95,
    spread: 0.01,
    min: 55,
    max: 99,
  },
  rest: {
    about: 'Time in which nothing flows, when it is full and when it is empty',
    unit: 's',
    value: 600,
    spread: 0.1,
    min: 0,
    max: 100_000,
  },
  fade: {
    about: 'Share of its capacity that 800 full cycles at 25 °C take',
    unit: '1',
    value: 0.2,
    spread: 0.1,
    min: 0,
    max: 0.9,
  },
  stiffening: {
    about: 'By how many times that share its resistance grows',
    unit: '1',
    value: 2,
    spread: 0.1,
    min: 0,
    max: 20,
  },
  heatPath: {
    about: 'By how much it is warmer for each watt in it',
    unit: 'K/W',
    value: 8,
    spread: 0.05,
    min: 0,
    max: 100,
  },
  heatLag: {
    about: 'Time constant of its heat',
    unit: 's',
    value: 900,
    spread: 0.05,
    min: 1,
    max: 100_000,
  },
  roomMean: {
    about: 'Mean temperature around it',
    unit: '°C',
    value: 25,
    spread: 0.03,
    min: -20,
    max: 55,
  },
  roomSwing: {
    about: 'How far the day goes above and below that',
    unit: 'K',
    value: 3,
    spread: 0.1,
    min: 0,
    max: 15,
  },
  sensorNoise: {
    about: 'Standard deviation of the measured voltage',
    unit: 'mV',
    value: 1,
    spread: 0.1,
    min: 0,
    max: 100,
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
  voltage: { about: 'Voltage between its poles', unit: 'V', low: 0, high: 5, step: 0.001 },
  current: { about: 'Current out of it', unit: 'A', low: -600, high: 600, step: 0.001 },
  charge: { about: 'Charge that its electronics count', unit: '%', low: 0, high: 100, step: 0.1 },
  temperature: { about: 'Temperature of the cell', unit: '°C', low: -40, high: 150, step: 0.1 },
  cycles: { about: 'Full cycles that went through it', unit: '1', low: 0, high: 1e6, step: 0.01 },
} as const satisfies Record<string, SignalSpec>;

const commands = {
  load: { about: 'Current that empties it from now on, A', low: 0.01, high: 500, sets: 'asked' },
} as const;

const inputs = {
  leak: { about: 'Current that is lost inside it', unit: 'A', value: 0 },
  miscount: { about: 'By how much its electronics count too much charge', unit: '%', value: 0 },
} as const satisfies Record<string, InputSpec>;

const malfunctions = {
  'loose-contact': {
    about: 'A contact that has come loose: more is lost at every current, and it is warmer',
    component: 'pole',
    changes: { resistance: { by: 'factor', worst: 4 } },
  },
  'capacity-knee': {
    about: 'Its ageing runs away',
    component: 'electrodes',
    changes: { fade: { by: 'factor', worst: 4 } },
  },
  'weak-cell': {
    about: 'It holds less than the others in its pack',
    component: 'electrodes',
    changes: { capacity: { by: 'factor', worst: 0.7 } },
  },
  'inner-short': {
    about: 'A short inside it empties it by itself',
    component: 'separator',
    changes: { leak: { by: 'sum', worst: 0.4 } },
  },
  'cooling-lost': {
    about: 'Its heat does not go away: it is hotter, and ages faster',
    component: 'cooling',
    changes: { heatPath: { by: 'factor', worst: 4 } },
  },
  miscounting: {
    about: 'Its electronics count charge that is not there',
    component: 'electronics',
    changes: { miscount: { by: 'sum', worst: 9 } },
  },
} as const satisfies Record<string, MalfunctionSpec>;

const declared = { params, inputs, malfunctions } as const;
type Now = ReturnType<Worn<typeof declared>['at']>;

/** Its electronics look at it so often; current stands still between. */
const TURN_MS = 10_000;
const TURN_S = TURN_MS / 1000;
const SECONDS_PER_HOUR = 3600;
/** Of its capacity nine tenths are lost: nobody would use it further. */
const LOST2_MAX = 0.81;

type Doing = 'emptying' | 'filling' | 'resting';

/** How things stand at a turn, and flow until the next. */
interface Turn {
  doing: Doing;
  /** What comes after resting. */
  next: 'emptying' | 'filling';
  /** Time of resting that is left, s. */
  restS: number;
  /** A, out of it. */
  current: number;
  /** Share of what it holds. */
  charge: number;
  /** Of the slow resistance, V. */
  slow: number;
  temperature: number;
  /** Ah, in both directions. */
  moved: number;
  /** Square of the share of its capacity that it has lost. */
  lost2: number;
}

class BatteryCell implements Physics {
  readonly #worn: Worn<typeof declared>;
  readonly #keys: Readonly<Record<string, number>>;
  #turn = 0;
  #is: Turn;
  #isPowered = true;
  /** Null where the parameter says it. */
  #asked: number | null = null;

  constructor(input: PhysicsInput) {
    this.#worn = new Worn(declared, input);
    this.#keys = Object.fromEntries(
      Object.keys(signals).map((name) => [name, streamKey(input.key, name)]),
    );
    this.#is = this.#begun(unitAt(streamKey(input.key, 'phase'), 0));
  }

  sample(t: number, n: number): Record<string, number> {
    const truth = this.truth(t);
    const { sensorNoise, capacity } = this.#worn.at(t);
    const noises = {
      ...{ voltage: sensorNoise / 1000, current: capacity / 1000 },
      ...{ charge: 0, temperature: 0.1, cycles: 0 },
    };
    const said = (name: keyof typeof signals, value = 0): number =>
      measure(value, noises[name], this.#keys[name] ?? 0, n, signals[name]);
    return {
      voltage: said('voltage', truth.voltage),
      current: said('current', truth.current),
      charge: said('charge', truth.counted),
      temperature: said('temperature', truth.temperature),
      cycles: said('cycles', truth.cycles),
    };
  }

  truth(t: number): Record<string, number> {
    this.#advance(t);
    const now = this.#worn.at(t);
    const begun = this.#worn.at(this.#turn * TURN_MS);
    const is = this.#after(begun, Math.max(0, t - this.#turn * TURN_MS) / 1000);
    const loss = Math.sqrt(is.lost2);
    const resistance = ohms(now, loss);
    return {
      voltage: restingVoltage(is.charge) - is.current * resistance - is.slow,
      current: is.current,
      charge: is.charge * 100,
      counted: is.charge * 100 + now.miscount,
      temperature: is.temperature,
      cycles: is.moved / (2 * now.capacity),
      moved: is.moved,
      health: (1 - loss) * 100,
      resistance: resistance * 1000,
      asked: this.#asked ?? now.load,
    };
  }

  command(name: string, value: CommandValue, t: number): boolean {
    const { low, high } = commands.load;
    if (name !== 'load' || typeof value !== 'number' || !(value >= low && value <= high)) {
      return false;
    }
    this.#advance(t);
    this.#asked = value;
    return true;
  }

  /** Without power nothing flows, from the next turn of its electronics on. */
  power(on: boolean, t: number): void {
    this.#advance(t);
    this.#isPowered = on;
  }

  #advance(t: number): void {
    while ((this.#turn + 1) * TURN_MS <= t) {
      const is = this.#after(this.#worn.at(this.#turn * TURN_MS), TURN_S);
      this.#turn++;
      this.#is = this.#decided(is, this.#worn.at(this.#turn * TURN_MS));
    }
  }

  /** So much later, within the turn. */
  #after(now: Now, seconds: number): Turn {
    const is = this.#is;
    const loss = Math.sqrt(is.lost2);
    const slowOhms = now.slowResistance / 1000;
    const [out, hours] = [is.current, seconds / SECONDS_PER_HOUR];
    const held = now.capacity * (1 - loss);
    const watts = out * out * (ohms(now, loss) + slowOhms);
    const hour = hourOfDay(gridMiddle(this.#turn * TURN_MS), now.hourAtStart);
    const around = dayWave(now.roomMean, now.roomSwing, hour);
    const moved = Math.abs(out) * hours;
    return {
      ...is,
      charge: within(is.charge - ((out + now.leak) * hours) / held),
      slow: relax(is.slow, out * slowOhms, slowOhms * now.slowCapacity, seconds),
      temperature: relax(is.temperature, around + watts * now.heatPath, now.heatLag, seconds),
      moved: is.moved + moved,
      lost2: Math.min(
        LOST2_MAX,
        is.lost2 + ageing(now, is.temperature) * (moved / (2 * now.capacity)),
      ),
    };
  }

  /** What its electronics make of it: they go by what they count. */
  #decided(is: Turn, now: Now): Turn {
    const counted = is.charge * 100 + now.miscount;
    let { doing, next, restS } = is;
    if (doing === 'resting') {
      restS -= TURN_S;
      if (restS <= 0) doing = next;
    } else if (doing === 'emptying' ? counted <= now.emptyAt : counted >= now.fullAt) {
      next = doing === 'emptying' ? 'filling' : 'emptying';
      restS = now.rest;
      doing = restS > 0 ? 'resting' : next;
    }
    // An empty cell gives nothing, whatever is counted.
    const isDone = doing === 'emptying' && is.charge <= 0;
    const load = this.#asked ?? now.load;
    const flows = doing === 'emptying' ? load : doing === 'filling' ? -now.charge : 0;
    return { ...is, doing, next, restS, current: this.#isPowered && !isDone ? flows : 0 };
  }

  /** Somewhere on its way, each cell somewhere else. */
  #begun(phase: number): Turn {
    const now = this.#worn.at(0);
    const [low, high] = [now.emptyAt / 100, now.fullAt / 100];
    const isEmptying = phase < 0.5;
    const share = isEmptying ? phase * 2 : phase * 2 - 1;
    const begun: Turn = {
      ...({ doing: isEmptying ? 'emptying' : 'filling', next: 'filling', restS: 0 } as const),
      ...{ current: 0, slow: 0, moved: 0, lost2: 0, charge: low + (high - low) * share },
      temperature: dayWave(now.roomMean, now.roomSwing, hourOfDay(gridMiddle(0), now.hourAtStart)),
    };
    return this.#decided(begun, now);
  }
}

const within = (share: number): number => Math.min(1, Math.max(0, share));

export default defineDevice({
  kind: 'battery-cell',
  summary: 'A lithium cell that is emptied and filled again, and ages by it.',
  params,
  signals,
  commands,
  inputs,
  malfunctions,
  everyMs: 10_000,
  start: (input) => new BatteryCell(input),
});
