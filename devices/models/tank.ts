/**
 * A tank that is filled through a valve and drains through a hole, and a controller that holds its
 * level by the valve. Between two turns of the controller the level has a closed form; the valve
 * may stick and slip, upon which the loop hunts for ever. With the numbers of the textbook, and the
 * valve shut, two metres drain in 524.5 s.
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
import { drainOf, heightAfter } from '../signals/draining.ts';
import { gridMiddle } from '../signals/relay-loop.ts';
import { measure } from '../signals/sensor.ts';
import { dayWave, hourOfDay } from '../signals/weather.ts';

const params = {
  area: {
    about: 'Area of its floor',
    unit: 'm²',
    value: 1,
    spread: 0.03,
    min: 0.01,
    max: 1000,
  },
  height: {
    about: 'Height of its wall, over which it spills',
    unit: 'm',
    value: 3,
    spread: 0,
    min: 0.5,
    max: 30,
  },
  hole: {
    about: 'Diameter of the hole by which it drains',
    unit: 'mm',
    value: 50,
    spread: 0.02,
    min: 1,
    max: 1000,
  },
  jet: {
    about: 'Share of the hole that the jet takes',
    unit: '1',
    value: 0.62,
    spread: 0.01,
    min: 0.3,
    max: 1,
  },
  supply: {
    about: 'Inflow through the open valve',
    unit: 'm³/h',
    value: 60,
    spread: 0.05,
    min: 0.1,
    max: 10_000,
  },
  supplySwing: {
    about: 'How far the day takes that up and down',
    unit: 'm³/h',
    value: 8,
    spread: 0.1,
    min: 0,
    max: 5000,
  },
  rangeability: {
    about: 'Flow through the open valve over that through the nearly shut one',
    unit: '1',
    value: 50,
    spread: 0.02,
    min: 2,
    max: 200,
  },
  setpoint: {
    about: 'Level that the controller holds',
    unit: 'm',
    value: 1.5,
    spread: 0.02,
    min: 0.1,
    max: 25,
  },
  gain: {
    about: 'Share of the opening for each share of the height that is missing',
    unit: '1',
    value: 1.5,
    spread: 0.05,
    min: 0.01,
    max: 50,
  },
  integral: {
    about: 'Time in which the controller doubles its answer to what stays missing',
    unit: 's',
    value: 300,
    spread: 0.05,
    min: 10,
    max: 100_000,
  },
  sensorNoise: {
    about: 'Standard deviation of the measured level',
    unit: 'm',
    value: 0.002,
    spread: 0.1,
    min: 0,
    max: 0.5,
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
  level: { about: 'Level', unit: 'm', low: 0, high: 35, step: 0.001 },
  output: {
    about: 'What the controller asks of the valve',
    unit: '%',
    low: 0,
    high: 100,
    step: 0.1,
  },
  valve: { about: 'Opening of the valve', unit: '%', low: 0, high: 100, step: 0.1 },
  inflow: { about: 'Inflow', unit: 'm³/h', low: 0, high: 20_000, step: 0.01 },
} as const satisfies Record<string, SignalSpec>;

const commands = {
  level: { about: 'Level to hold from now on, m', low: 0.1, high: 25, sets: 'wanted' },
} as const;

const inputs = {
  stuckBand: { about: 'Share of its way that the valve sticks', unit: '1', value: 0 },
  follows: { about: 'Share of what is asked that the valve obeys', unit: '1', value: 1 },
  pressure: { about: 'Air at the valve, as a share of what it needs', unit: '1', value: 1 },
  crack: { about: 'Diameter of a crack in the floor', unit: 'mm', value: 0 },
  foam: { about: 'Foam that the sensor takes for liquid', unit: 'm', value: 0 },
  fresh: { about: 'Share of what it sees anew that the sensor says', unit: '1', value: 1 },
  windUp: { about: 'How far the controller counts beyond the open valve', unit: '1', value: 0 },
} as const satisfies Record<string, InputSpec>;

const malfunctions = {
  'valve-stiction': {
    about: 'The valve sticks until it is pulled hard, and slips: the loop hunts',
    component: 'valve packing',
    changes: { stuckBand: { by: 'sum', worst: 0.12 } },
  },
  'valve-stuck': {
    about: 'The valve stays where it is',
    component: 'valve',
    changes: { follows: { by: 'factor', worst: 0 } },
  },
  'air-loss': {
    about: 'The air that opens the valve fails, and its spring shuts it',
    component: 'air supply',
    changes: { pressure: { by: 'factor', worst: 0 } },
  },
  leak: {
    about: 'A crack in the floor: it drains faster',
    component: 'vessel',
    changes: { crack: { by: 'sum', worst: 30 } },
  },
  foaming: {
    about: 'The sensor takes foam for liquid, and the tank stands lower',
    component: 'level sensor',
    changes: { foam: { by: 'sum', worst: 0.4 } },
  },
  'sensor-frozen': {
    about: 'Ice in the line of the sensor: it says what it said before',
    component: 'level sensor',
    changes: { fresh: { by: 'factor', worst: 0 } },
  },
  windup: {
    about: 'The controller counts on while the valve is open, and overshoots afterwards',
    component: 'controller',
    changes: {
      windUp: { by: 'sum', worst: 5 },
      supply: { by: 'factor', worst: 0.33 },
      supplySwing: { by: 'factor', worst: 0.33 },
    },
  },
} as const satisfies Record<string, MalfunctionSpec>;

const declared = { params, inputs, malfunctions } as const;
type Now = ReturnType<Worn<typeof declared>['at']>;

/** The controller's turn; all but the level stands still between two. */
const TURN_MS = 5000;
const SECONDS_PER_HOUR = 3600;

/** How things stand at a turn, and are until the next. */
interface Turn {
  level: number;
  /** What the sensor says. */
  seen: number;
  /** What the controller has counted up, as an opening. */
  counted: number;
  output: number;
  opening: number;
  /** m³/s. */
  inflow: number;
}

class Tank implements Physics {
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
    this.#is = this.#settled();
  }

  sample(t: number, n: number): Record<string, number> {
    const truth = this.truth(t);
    const { sensorNoise, supply } = this.#worn.at(t);
    const noises = { level: sensorNoise, output: 0, valve: 0.1, inflow: supply * 0.003 };
    const said = (name: keyof typeof signals, value = 0): number =>
      measure(value, noises[name], this.#keys[name] ?? 0, n, signals[name]);
    return {
      level: said('level', truth.seen),
      output: said('output', truth.output),
      valve: said('valve', truth.valve),
      inflow: said('inflow', truth.inflow),
    };
  }

  truth(t: number): Record<string, number> {
    const level = this.#levelAt(t);
    const now = this.#worn.at(t);
    const { seen, output, opening, inflow } = this.#is;
    return {
      level,
      seen: now.fresh === 1 ? level + now.foam : seen,
      output: output * 100,
      valve: opening * 100,
      inflow: inflow * SECONDS_PER_HOUR,
      outflow: drain(now) * Math.sqrt(level) * SECONDS_PER_HOUR,
      wanted: this.#wanted(now),
    };
  }

  command(name: string, value: CommandValue, t: number): boolean {
    const { low, high } = commands.level;
    if (name !== 'level' || typeof value !== 'number' || !(value >= low && value <= high)) {
      return false;
    }
    this.#levelAt(t);
    this.#asked = value;
    return true;
  }

  /** Without power the spring of the valve shuts it at the controller's next turn. */
  power(on: boolean, t: number): void {
    this.#levelAt(t);
    this.#isPowered = on;
  }

  #levelAt(t: number): number {
    while ((this.#turn + 1) * TURN_MS <= t) this.#control((this.#turn + 1) * TURN_MS);
    return this.#after(Math.max(0, t - this.#turn * TURN_MS) / 1000);
  }

  #after(seconds: number): number {
    const now = this.#worn.at(this.#turn * TURN_MS);
    const { level, inflow } = this.#is;
    const tank = { area: now.area, inflow, drain: drain(now) };
    return Math.min(now.height, heightAfter(level, tank, seconds));
  }

  #control(t: number): void {
    const level = this.#after(TURN_MS / 1000);
    this.#turn++;
    const now = this.#worn.at(t);
    const seen = this.#is.seen + now.fresh * (level + now.foam - this.#is.seen);
    const missing = (this.#wanted(now) - seen) / now.height;
    const step = (now.gain * missing * (TURN_MS / 1000)) / now.integral;
    const counted = bounded(this.#is.counted + step, -now.windUp, 1 + now.windUp);
    const output = this.#isPowered ? bounded(now.gain * missing + counted, 0, 1) : 0;
    const opening = this.#moved(output, now);
    this.#is = { level, seen, counted, output, opening, inflow: this.#inflow(opening, now, t) };
  }

  /** A valve that sticks waits for a pull as wide as its band, and slips to what is asked. */
  #moved(output: number, { stuckBand, follows, pressure }: Now): number {
    const { opening } = this.#is;
    const asked = (this.#isPowered ? pressure : 0) * output;
    const way = asked - opening;
    if (stuckBand > 0 && Math.abs(way) < stuckBand) return opening;
    return bounded(opening + follows * way, 0, 1);
  }

  #inflow(opening: number, now: Now, t: number): number {
    const hour = hourOfDay(gridMiddle(t), now.hourAtStart);
    const whole = dayWave(now.supply, now.supplySwing, hour) / SECONDS_PER_HOUR;
    // A valve of equal percentage is never quite shut; its seat is.
    return opening <= 0
      ? 0
      : Math.max(0, whole) * Math.exp((opening - 1) * Math.log(now.rangeability));
  }

  /** Perhaps above the wall: then it spills. */
  #wanted({ setpoint }: Now): number {
    return this.#asked ?? setpoint;
  }

  /** At rest at the level that is wanted, as after a long time. */
  #settled(): Turn {
    const now = this.#worn.at(0);
    const level = Math.min(this.#wanted(now), now.height);
    const whole = this.#inflow(1, now, 0);
    const flow = drain(now) * Math.sqrt(level);
    const opening =
      whole > 0 ? bounded(1 + Math.log(flow / whole) / Math.log(now.rangeability), 0, 1) : 1;
    const inflow = this.#inflow(opening, now, 0);
    return { level, seen: level + now.foam, counted: opening, output: opening, opening, inflow };
  }
}

const drain = ({ jet, hole, crack }: Now): number =>
  drainOf(jet, (Math.PI / 4) * (hole * hole + crack * crack) * 1e-6);

const bounded = (value: number, low: number, high: number): number =>
  value < low ? low : value > high ? high : value;

export default defineDevice({
  kind: 'tank',
  summary: 'A tank with a valve, and a controller that holds its level.',
  params,
  signals,
  commands,
  inputs,
  malfunctions,
  everyMs: 10_000,
  start: (input) => new Tank(input),
});
