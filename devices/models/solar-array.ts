/**
 * Panels on a roof in four strings, and the inverter behind them: power is what the sun brings to
 * them, less what heat, dirt and the inverter take. Nothing of it has a memory but the dirt, which
 * the rain washes off, and the meter. By the textbook 800 W/m² at 20 °C heat the panels to 45 °C,
 * where five kilowatts of them give 3720 W.
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
import { gridEndAfter, gridMiddle } from '../signals/relay-loop.ts';
import { measure, measurePower } from '../signals/sensor.ts';
import { clearSky, isRainy, skyOf, sunHeight } from '../signals/sun.ts';
import { dayWave } from '../signals/weather.ts';

const params = {
  ratedPower: {
    about: 'Power of all panels at 1000 W/m² and 25 °C',
    unit: 'W',
    value: 5000,
    spread: 0.02,
    min: 50,
    max: 1e7,
  },
  inverterPower: {
    about: 'What the inverter gives at most',
    unit: 'W',
    value: 4600,
    spread: 0.01,
    min: 50,
    max: 1e7,
  },
  inverterShare: {
    about: 'Share of what comes in that the inverter gives',
    unit: '1',
    value: 0.965,
    spread: 0.005,
    min: 0.5,
    max: 1,
  },
  nominalHeat: {
    about: 'Temperature of the panels at 800 W/m² and 20 °C',
    unit: '°C',
    value: 45,
    spread: 0.02,
    min: 25,
    max: 80,
  },
  heatLoss: {
    about: 'Share of its power that each kelvin above 25 °C takes',
    unit: '1/K',
    value: 0.0035,
    spread: 0.03,
    min: 0,
    max: 0.02,
  },
  dirt: {
    about: 'Share of the light that the dirt of a dry day takes',
    unit: '1',
    value: 0.002,
    spread: 0.2,
    min: 0,
    max: 0.1,
  },
  latitude: {
    about: 'Degrees north of the equator',
    unit: '°',
    value: 48,
    spread: 0.02,
    min: -66,
    max: 66,
  },
  airMean: {
    about: 'Mean temperature of the air',
    unit: '°C',
    value: 18,
    spread: 0.05,
    min: -40,
    max: 50,
  },
  airSwing: {
    about: 'How far the day goes above and below that',
    unit: 'K',
    value: 6,
    spread: 0.1,
    min: 0,
    max: 20,
  },
  sensorNoise: {
    about: 'Standard deviation of the measured irradiance',
    unit: 'W/m²',
    value: 3,
    spread: 0.1,
    min: 0,
    max: 100,
  },
  dayAtStart: {
    about: 'Day of the year on which the scenario begins',
    unit: '1',
    value: 150,
    spread: 0,
    min: 1,
    max: 365,
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

const AMPS = { unit: 'A', low: 0, high: 20_000, step: 0.01 } as const;
const signals = {
  irradiance: { about: 'Sun on the ground', unit: 'W/m²', low: 0, high: 1600, step: 1 },
  panel: { about: 'Temperature of the panels', unit: '°C', low: -60, high: 150, step: 0.1 },
  stringA: { about: 'Current of the first string', ...AMPS },
  stringB: { about: 'Current of the second string', ...AMPS },
  stringC: { about: 'Current of the third string', ...AMPS },
  stringD: { about: 'Current of the fourth string', ...AMPS },
  power: { about: 'Power of the inverter', unit: 'W', low: 0, high: 2e7, step: 1 },
  energy: { about: 'What the meter has counted', unit: 'kWh', low: 0, high: 1e9, step: 0.001 },
} as const satisfies Record<string, SignalSpec>;

const commands = {
  limit: {
    about: 'What the inverter gives at most from now on, % of what it can',
    low: 0,
    high: 100,
    sets: 'asked',
  },
} as const;

const inputs = {
  outs: { about: 'Share of the second string that is missing', unit: '1', value: 0 },
  shade: { about: 'Share of the evening sun that a tree takes', unit: '1', value: 0 },
  bypassed: { about: 'Share of the third string that its diodes bridge', unit: '1', value: 0 },
  runs: { about: 'Whether the inverter runs', unit: '1', value: 1 },
  lost: { about: 'Share of their power that the panels have lost for good', unit: '1', value: 0 },
  dust: { about: 'Share of the light that dust on its sensor takes', unit: '1', value: 0 },
} as const satisfies Record<string, InputSpec>;

const malfunctions = {
  'string-out': {
    about: 'One string is broken off',
    component: 'connector',
    changes: { outs: { by: 'sum', worst: 1 } },
  },
  shading: {
    about: 'A tree has grown into the evening sun',
    component: 'site',
    changes: { shade: { by: 'sum', worst: 0.7 } },
  },
  'bypass-diode': {
    about: 'A diode bridges a third of one string for good',
    component: 'diode',
    changes: { bypassed: { by: 'sum', worst: 0.34 } },
  },
  'inverter-trip': {
    about: 'The inverter has switched itself off',
    component: 'inverter',
    changes: { runs: { by: 'factor', worst: 0 } },
  },
  degradation: {
    about: 'The panels lose their power to a voltage against the earth',
    component: 'panels',
    changes: { lost: { by: 'sum', worst: 0.3 } },
  },
  soiling: {
    about: 'Much more dirt falls on them, as by a building site',
    component: 'panels',
    changes: { dirt: { by: 'factor', worst: 12 } },
  },
  'sensor-dust': {
    about: 'Dust on the sensor of irradiance: it says too little',
    component: 'irradiance sensor',
    changes: { dust: { by: 'sum', worst: 0.25 } },
  },
} as const satisfies Record<string, MalfunctionSpec>;

const declared = { params, inputs, malfunctions } as const;
type Now = ReturnType<Worn<typeof declared>['at']>;

const [DAY_MS, HOUR_MS, BLOCK_MS] = [86_400_000, 3_600_000, 600_000] as const;
const [STRINGS, VOLTS, DRY_DAYS_MAX, JOULES_PER_KWH] = [4, 400, 60, 3_600_000] as const;
/** Share of days with rain that washes it off. */
const RAIN = 0.15;
/** Of what it can give, so much the inverter takes for itself. */
const OWN_SHARE = 0.004;
const EVENING = { from: 15, to: 20 } as const;

class SolarArray implements Physics {
  readonly #worn: Worn<typeof declared>;
  readonly #keys: Readonly<Record<string, number>>;
  /** Of the last day that was asked for. */
  #sky: { day: number; through: Float64Array } | null = null;
  #washed: { day: number; dryDays: number } | null = null;
  /** kWh until then; from there on power stands still for a minute at most. */
  #counted = 0;
  #at = 0;
  #isPowered = true;
  #asked = 100;

  constructor(input: PhysicsInput) {
    this.#worn = new Worn(declared, input);
    const names = [...Object.keys(signals), 'sky', 'rain'];
    this.#keys = Object.fromEntries(names.map((name) => [name, streamKey(input.key, name)]));
  }

  sample(t: number, n: number): Record<string, number> {
    const truth = this.truth(t);
    const { sensorNoise, dust } = this.#worn.at(t);
    const said = (name: keyof typeof signals, value = 0, noise = 0): number =>
      measure(value, noise, this.#keys[name] ?? 0, n, signals[name]);
    const amps = (value = 0): number => (value > 0 ? 0.01 + value * 0.003 : 0);
    return {
      irradiance: said('irradiance', (truth.irradiance ?? 0) * (1 - dust), sensorNoise),
      panel: said('panel', truth.panel, 0.2),
      stringA: said('stringA', truth.stringA, amps(truth.stringA)),
      stringB: said('stringB', truth.stringB, amps(truth.stringB)),
      stringC: said('stringC', truth.stringC, amps(truth.stringC)),
      stringD: said('stringD', truth.stringD, amps(truth.stringD)),
      power: measurePower(truth.power ?? 0, this.#keys.power ?? 0, n, signals.power),
      energy: said('energy', truth.energy),
    };
  }

  truth(t: number): Record<string, number> {
    this.#advance(t);
    const { strings, ...now } = this.#now(t);
    const [stringA = 0, stringB = 0, stringC = 0, stringD = 0] = strings.map((w) => w / VOLTS);
    const energy = this.#counted + this.#countedSince(Math.max(t, this.#at));
    return { ...now, stringA, stringB, stringC, stringD, energy, asked: this.#asked };
  }

  command(name: string, value: CommandValue, t: number): boolean {
    const { low, high } = commands.limit;
    if (name !== 'limit' || typeof value !== 'number' || !(value >= low && value <= high)) {
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
    this.#advance(t);
    this.#anchor(Math.max(t, this.#at));
    how();
  }

  #advance(t: number): void {
    for (;;) {
      const until = Math.min(gridEndAfter(this.#at), this.#worn.edgeAfter(this.#at));
      if (until > t) return;
      this.#anchor(until);
    }
  }

  #anchor(t: number): void {
    this.#counted += this.#countedSince(t);
    this.#at = t;
  }

  #countedSince = (t: number): number =>
    (this.#now(this.#at).power * (t - this.#at)) / 1000 / JOULES_PER_KWH;

  /** By the middle of the minute, in which all stands still but what goes wrong. */
  #now(t: number) {
    const now = this.#worn.at(t);
    const middle = gridMiddle(t) + now.hourAtStart * HOUR_MS;
    const [day, hour] = [Math.floor(middle / DAY_MS), (middle % DAY_MS) / HOUR_MS];
    const clear = clearSky(sunHeight(now.latitude, now.dayAtStart + day, hour));
    const irradiance = clear * (this.#skyOn(day)[Math.floor((middle % DAY_MS) / BLOCK_MS)] ?? 0);
    const shade = hour >= EVENING.from && hour < EVENING.to ? now.shade : 0;
    const light = irradiance * (1 - shade) * (1 - this.#dirtOn(day, now));
    const panel = panelHeat(light, dayWave(now.airMean, now.airSwing, hour), now);
    const whole = (directPower(light, panel, now) * (1 - now.lost)) / STRINGS;
    const strings = [whole, whole * (1 - now.outs), whole * (1 - now.bypassed), whole];
    const direct = strings.reduce((sum, one) => sum + one, 0);
    const most = (now.inverterPower * this.#asked) / 100;
    const own = OWN_SHARE * now.inverterPower;
    const given = Math.max(0, Math.min(direct * now.inverterShare - own, most)) * now.runs;
    return { irradiance, panel, strings, direct, power: this.#isPowered ? given : 0 };
  }

  #skyOn(day: number): Float64Array {
    if (this.#sky?.day !== day) this.#sky = { day, through: skyOf(this.#keys.sky ?? 0, day) };
    return this.#sky.through;
  }

  /** Share of the light that it takes, by the days since it rained. */
  #dirtOn(day: number, { dirt }: Now): number {
    if (this.#washed?.day !== day) {
      let dryDays = 0;
      const key = this.#keys.rain ?? 0;
      while (dryDays < DRY_DAYS_MAX && !isRainy(key, day - dryDays + 1000, RAIN)) dryDays++;
      this.#washed = { day, dryDays };
    }
    return Math.min(0.9, dirt * this.#washed.dryDays);
  }
}

/** °C, of panels under so much light (W/m²), in air of so much. */
export const panelHeat = (
  light: number,
  air: number,
  { nominalHeat }: { nominalHeat: number },
): number => air + ((nominalHeat - 20) / 800) * light;

/** W before the inverter. */
export const directPower = (
  light: number,
  panel: number,
  { ratedPower, heatLoss }: { ratedPower: number; heatLoss: number },
): number => Math.max(0, ((ratedPower * light) / 1000) * (1 - heatLoss * (panel - 25)));

export default defineDevice({
  kind: 'solar-array',
  summary: 'Panels on a roof in four strings, with their inverter and its meter.',
  params,
  signals,
  commands,
  inputs,
  malfunctions,
  everyMs: 60_000,
  start: (input) => new SolarArray(input),
});
