/**
 * What every device model owes: values within the rails of its sensors, the same ones for the same
 * seed, and a sample that hangs on (t, n) alone, whatever was asked, commanded or cut before. A day
 * of scenario time is lived through in a moment.
 */
import { type Duty, type Random, streamKey, tries } from '#kernel';
import type { DeviceModel, Physics } from '../device.ts';
import { drawParams } from '../draw.ts';
import { LivingModel } from '../living-model.ts';

type Sample = Record<string, number>;

const DAY_MS = 86_400_000;
/** A model that samples faster is looked at no more often than this. */
const STEP_MS = 5000;
const MINUTE_MS = 60_000;
const TEN_MINUTES_MS = 600_000;

export const duties: readonly Duty<DeviceModel>[] = [
  {
    says: 'says what it measures, with rails and steps that can be',
    flaws: ({ everyMs, signals, params }) => [
      ...wrongIf(everyMs <= 0, 'everyMs must be above 0'),
      ...wrongIf(Object.keys(signals).length === 0, 'it has no signals'),
      ...Object.entries(signals).flatMap(([name, { low, high, step }]) => [
        ...wrongIf(high <= low, `signals.${name}: high must be above low`),
        ...wrongIf(step <= 0, `signals.${name}: step must be above 0`),
      ]),
      ...Object.entries(params).flatMap(([name, { value, min = value, max = value }]) =>
        wrongIf(value < min || value > max, `params.${name}: value must lie in its bounds`),
      ),
    ],
  },
  {
    says: 'measures every signal it declares, within its rails and on its steps, for a day',
    flaws: (model) => {
      const physics = alive(model, 1);
      const stepMs = Math.max(model.everyMs, STEP_MS);
      for (let n = 0; n * stepMs < DAY_MS; n++) {
        const flaws = offRails(model, physics.sample(n * stepMs, n), `sample ${n}`);
        if (flaws.length > 0) return flaws;
      }
      return [];
    },
  },
  {
    says: 'measures the same for the same seed',
    flaws: (model) => {
      const [first, second] = [alive(model, 1), alive(model, 1)].map((one) => day(one, MINUTE_MS));
      return differenceIn(first, second, 'asked again with the same seed');
    },
  },
  {
    says: 'gives a sample that hangs on (t, n): asking twice, or not at all, changes nothing',
    flaws: (model) => {
      const [thorough, sparse] = [alive(model, 3), alive(model, 3)];
      for (let n = 0; n <= 2000; n++) {
        const t = n * 7000;
        const sample = thorough.sample(t, n);
        const again = differenceIn(sample, thorough.sample(t, n), `sample ${n} asked twice`);
        thorough.truth(t);
        const alone =
          n % 97 === 0
            ? differenceIn(sample, sparse.sample(t, n), `sample ${n} without those before`)
            : [];
        const flaws = [...again, ...alone];
        if (flaws.length > 0) return flaws.slice(0, 1);
      }
      return [];
    },
  },
  {
    says: 'stays within its rails whatever is commanded and cut, however often it is asked',
    flaws: (model) => tries('model-acts', 40, (random) => livesThrough(model, random)),
  },
  {
    says: 'refuses what is no command or out of range, and stays as it was',
    flaws: (model) => {
      const asked = alive(model, 6);
      const taken = [
        ...wrongIf(asked.command('no-such-command', 1, 1000), 'it obeys a command that it lacks'),
        ...numericOf(model).flatMap(([name, { low, high }]) =>
          [low - 1, high + 1, Number.NaN, Number.POSITIVE_INFINITY, {}, 'on'].flatMap((value) =>
            wrongIf(asked.command(name, value, 1000), `${name} takes ${JSON.stringify(value)}`),
          ),
        ),
      ];
      const untouched = alive(model, 6).truth(DAY_MS);
      return [...taken, ...differenceIn(untouched, asked.truth(DAY_MS), 'after what it refused')];
    },
  },
  {
    says: 'holds what a setting was set to, over commands that it refuses and cuts of its power',
    flaws: (model) => numericOf(model).flatMap(([name, spec]) => unheld(model, name, spec)),
  },
  {
    says: 'does not mind being told of power that is there',
    flaws: (model) => {
      const blinked = alive(model, 8);
      blinked.power(true, 1000);
      return differenceIn(alive(model, 8).truth(DAY_MS), blinked.truth(DAY_MS), 'told of power');
    },
  },
  {
    says: 'gives each device, and each seed, values of its own',
    advice: true,
    flaws: (model) => {
      const own = day(alive(model, 1), MINUTE_MS);
      const starts = Array.from({ length: 50 }, (_, index) => alive(model, index).truth(0));
      return [
        ...wrongIf(isSame(own, day(alive(model, 2), MINUTE_MS)), 'two devices measure the same'),
        ...wrongIf(isSame(own, day(alive(model, 1, 43), MINUTE_MS)), 'the seed changes nothing'),
        ...wrongIf(new Set(starts.map(textOf)).size < 50, 'the fleet starts in step'),
      ];
    },
  },
  {
    says: 'measures what changes, with noise that hangs on n',
    advice: true,
    flaws: (model) => {
      const samples = day(alive(model, 1), Math.max(model.everyMs, STEP_MS));
      const physics = alive(model, 4);
      const reads = Array.from({ length: 50 }, (_, n) => textOf(physics.sample(1000, n)));
      return [
        ...Object.keys(model.signals).flatMap((name) =>
          wrongIf(
            new Set(samples.map((sample) => sample[name])).size < 2,
            `${name} is the same all day`,
          ),
        ),
        ...wrongIf(new Set(reads).size < 2, 'a sample has no noise'),
      ];
    },
  },
  {
    says: 'shows every command, parameter and loss of power in what it measures',
    advice: true,
    flaws: (model) => [
      ...numericOf(model).flatMap(([name, { low, high }]) => {
        const [lowest, highest] = [low, high].map((value) => {
          const physics = alive(model, 7);
          physics.command(name, value, 1000);
          return day(physics, TEN_MINUTES_MS);
        });
        return wrongIf(isSame(lowest, highest), `the command ${name} has no effect`);
      }),
      ...idleParams(model),
      ...wrongIf(isDeafToPower(model), 'a loss of power has no effect'),
    ],
  },
];

function alive(
  model: DeviceModel,
  index: number,
  seed = 42,
  overrides: Readonly<Record<string, number>> = {},
): Physics {
  const id = `${model.kind}/north-1/${index}`;
  const drawn = drawParams(model.params, overrides, seed, id);
  const params = Object.fromEntries(
    Object.keys(model.params).map((name, i) => [name, drawn[i] ?? 0]),
  );
  return new LivingModel(model, { params, key: streamKey(seed, `device/${id}/signal`) });
}

function day(physics: Physics, everyMs: number): Sample[] {
  const samples: Sample[] = [];
  for (let n = 0; n * everyMs < DAY_MS; n++) samples.push(physics.sample(n * everyMs, n));
  return samples;
}

function offRails(model: DeviceModel, sample: Sample, which: string): string[] {
  const [names, declared] = [Object.keys(sample), Object.keys(model.signals)];
  if (!isSame(names, declared)) {
    return [`${which} has ${names.join(', ')}, and declared are ${declared.join(', ')}`];
  }
  return Object.entries(model.signals).flatMap(([name, { low, high, step }]) => {
    const value: unknown = sample[name];
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      return [`${which}: ${name} is ${String(value)}, which is no number`];
    }
    const onGrid = Math.abs(value / step - Math.round(value / step)) < 1e-6;
    return [
      ...wrongIf(value < low || value > high, `${which}: ${name} = ${value} is off its rails`),
      ...wrongIf(!onGrid, `${which}: ${name} = ${value} is between its steps of ${step}`),
    ];
  });
}

/** Its commands that carry a number. */
function numericOf(model: DeviceModel): [string, Numeric][] {
  return Object.entries(model.commands).flatMap(([name, spec]) =>
    'low' in spec ? [[name, spec] as [string, Numeric]] : [],
  );
}

interface Numeric {
  low: number;
  high: number;
  sets?: string;
}

function unheld(model: DeviceModel, name: string, { low, high, sets }: Numeric): string[] {
  if (sets === undefined) return [];
  const physics = alive(model, 10);
  return [high, (low + high) / 2, low].flatMap((value, k) => {
    const t = k * MINUTE_MS;
    physics.command(name, value, t);
    physics.command(name, high + 1, t + 1);
    physics.power(k % 2 === 1, t + 2);
    const held = physics.truth(t + 3)[sets];
    return wrongIf(held !== value, `${name} was set to ${value}, and truth.${sets} is ${held}`);
  });
}

/** Commands and power cycles at drawn times; one device is watched all day, one at its end. */
function livesThrough(model: DeviceModel, random: Random): string[] {
  const commands = numericOf(model);
  const acts = Array.from({ length: random.below(20) }, () => ({
    t: random.below(DAY_MS),
    what: random.below(commands.length + 2),
    share: random.unit(),
  })).sort((a, b) => a.t - b.t);
  const [watched, unwatched] = [alive(model, 5), alive(model, 5)];
  let n = 0;
  for (const { t, what, share } of acts) {
    for (; n * TEN_MINUTES_MS <= t; n++) watched.sample(n * TEN_MINUTES_MS, n);
    const [name, spec] = commands[what] ?? [];
    for (const physics of [watched, unwatched]) {
      if (name === undefined || spec === undefined) physics.power(what === commands.length, t);
      else if (!physics.command(name, spec.low + share * (spec.high - spec.low), t)) {
        return [`it refuses the command ${name} within its range`];
      }
    }
  }
  const end = watched.sample(DAY_MS, 144);
  return [
    ...differenceIn(end, unwatched.sample(DAY_MS, 144), 'the last sample, with and without others'),
    ...offRails(model, end, 'the last sample'),
  ];
}

function idleParams(model: DeviceModel): string[] {
  const plain = textOf(day(alive(model, 9), MINUTE_MS));
  return Object.entries(model.params).flatMap(([name, { value, max = Infinity }]) => {
    const changed = Math.min(max, value * 1.3 + 1e-9);
    const samples = day(alive(model, 9, 42, { [name]: changed }), MINUTE_MS);
    return wrongIf(textOf(samples) === plain, `the parameter ${name} has no effect`);
  });
}

function isDeafToPower(model: DeviceModel): boolean {
  const dark = alive(model, 8);
  dark.power(false, 1000);
  return isSame(day(dark, TEN_MINUTES_MS), day(alive(model, 8), TEN_MINUTES_MS));
}

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (Number.isNaN(one) ? 'NaN' : one)) ?? '';

const isSame = (a: unknown, b: unknown): boolean => textOf(a) === textOf(b);

const differenceIn = (a: unknown, b: unknown, when: string): string[] =>
  wrongIf(!isSame(a, b), `it is not the same when ${when}`);

const wrongIf = (wrong: boolean, sentence: string): string[] => (wrong ? [sentence] : []);
