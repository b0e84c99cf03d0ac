/**
 * Stories about one device under tiers: readings of a second each are kept for six, in windows of
 * two seconds for eight, and in windows of four for good.
 */
import {
  dueAt,
  type FaultPlan,
  type Plan,
  plannedCount,
  rangeTexts,
  streamOf,
  TIERS_OPS,
  type TiersPlan,
} from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import {
  about,
  DRAINED,
  faultPlan,
  healthy,
  type Story,
  type StoryEvent,
  TELEMETRY,
  tellFault,
} from '../story.ts';

const DEVICE = 0;
const READ = DRAINED + 200;
const TIERS: TiersPlan = {
  ...{ name: 'tiers', of: '', at: 2000, keepMs: 6000, latenessMs: 5000 },
  ...{ withinMs: 1000, lookMs: 2000 },
  steps: [
    { everyMs: 2000, keepMs: 8000 },
    { everyMs: 4000, keepMs: null },
  ],
};
const MEASURED = {
  'tiers/measured': { device: 'device', n: 'count', at: 'signed', values: 'text' },
} as const;

type Numbers = (readings: readonly number[]) => readonly number[];

/** Of the n-th reading. */
const levelOf = (n: number): number => (n * 7) % 10;

class Tiered {
  readonly story: Story;
  readonly #numbers: number[];

  constructor(faults: FaultPlan[] = []) {
    const workflows = [{ workflow: 'tiers', session: 'tiers', resolved: TIERS }];
    this.story = healthy({
      devices: 1,
      workflows: workflows as unknown as Plan['workflows'],
      ops: [TIERS_OPS, MEASURED],
      faults,
    });
    for (const { id } of faults) tellFault(this.story, id);
    const { plan } = this.story;
    const stream = streamOf(plan, TELEMETRY);
    const length = stream === undefined ? 0 : plannedCount(plan, stream, DEVICE);
    this.#numbers = Array.from({ length }, (_, n) => n);
    for (const n of this.#numbers) {
      const values = JSON.stringify({ level: levelOf(n) });
      this.story.add('tiers/measured', this.at(n), { device: DEVICE, n, at: this.at(n), values });
    }
  }

  at = (n: number): number => {
    const stream = streamOf(this.story.plan, TELEMETRY);
    return stream === undefined ? 0 : (dueAt(this.story.plan, stream, DEVICE, n) ?? 0);
  };

  /** What was there at a time; what should be where nothing is said. */
  look(look: number, t: number, which: Numbers = (all) => all): this {
    const there = this.#numbers.filter((n) => {
      const at = this.at(n);
      return at + 10 < t && at + TIERS.keepMs > t;
    });
    const [numbers = ''] = rangeTexts(which(there));
    this.story.add('tiers/raw', t, { device: DEVICE, look, asked: t, numbers, more: false });
    return this;
  }

  numbers(are: string, which: Numbers = (all) => all): this {
    const [numbers = ''] = rangeTexts(which(this.#numbers));
    this.story.add('tiers/numbers', READ, { device: DEVICE, are, numbers });
    return this;
  }

  /** Those that are there, of all readings or of some. */
  windows(which: Numbers = (all) => all): this {
    const counted = which(this.#numbers);
    for (const [step, { everyMs, keepMs }] of TIERS.steps.entries()) {
      const starts = new Set(counted.map((n) => Math.floor(this.at(n) / everyMs) * everyMs));
      for (const start of starts) {
        if (keepMs !== null && start + everyMs + keepMs <= READ) continue;
        const own = counted.filter((n) => {
          const at = this.at(n);
          return at >= start && at < start + everyMs;
        });
        this.window(step, start, own);
      }
    }
    return this;
  }

  window(step: number, start: number, own: readonly number[]): this {
    const levels = own.map(levelOf);
    const placed = (n = 0): number[] => [this.at(n), n, levelOf(n)];
    const told = JSON.stringify({
      ...{ count: own.length, min: Math.min(...levels), max: Math.max(...levels) },
      sum: levels.reduce((sum, level) => sum + level, 0),
      ...{ first: placed(own[0]), last: placed(own.at(-1)) },
    });
    const window = { device: DEVICE, step, start, count: own.length, signal: 'level', told };
    this.story.add('tiers/window', READ, window);
    return this;
  }

  told(): this {
    this.story.add('tiers/told', READ + 1, { device: DEVICE, asked: READ, from: TIERS.at });
    return this;
  }
}

const READ_LOOK = 9;
const EARLY = 5000;
const LOOKS = [
  [0, EARLY],
  [1, 9000],
  [2, 15_000],
  [3, 19_000],
  [READ_LOOK, READ],
] as const;
const begun = (): Tiered => {
  const tiered = new Tiered();
  for (const [look, t] of LOOKS) tiered.look(look, t);
  return tiered;
};
const told = (): Tiered => begun().numbers('counted').windows().told();
const all = (): Story => told().story.fine();
const isWindow = ({ op }: StoryEvent): boolean => op === 'tiers/window';
const isLast = (story: Story): StoryEvent | undefined => story.events.filter(isWindow).at(-1);

const but =
  (one: number): Numbers =>
  (numbers) =>
    numbers.filter((n) => n !== one);

const LATE = 12;
/** One was on its way for longer than it may be. */
function late(): Story {
  const tiered = begun().numbers('counted', but(LATE)).windows(but(LATE));
  const { story } = tiered.numbers('late', () => [LATE]).told();
  return story
    .change(
      ({ op, fields }) =>
        ['sent', 'acked', 'observed'].includes(op) &&
        fields.stream === TELEMETRY &&
        fields.n === LATE,
      ({ op, t, fields }) => ({
        t: t + 5500,
        fields: op === 'sent' ? { ...fields, late: 5_501_000 } : fields,
      }),
    )
    .fine();
}

/** The last window says something else. */
function says(key: string, value: unknown): Story {
  const story = all();
  const last = isLast(story);
  return story.change(
    (event) => event === last,
    ({ fields }) => {
      const sum = JSON.parse(String(fields.told)) as object;
      return { fields: { ...fields, told: JSON.stringify({ ...sum, [key]: value }) } };
    },
  );
}

/**
 * A disk or a queue is full: one is acknowledged and listed as passed over, another is if so
 * acknowledged in silence; neither is anywhere.
 */
function passedOver(
  listed: number,
  inSilence: number | null = null,
  counts: Numbers | null = null,
): Story {
  const isGone = (n: unknown): boolean => n === listed || n === inSilence;
  const left: Numbers = (numbers) => numbers.filter((n) => !isGone(n));
  const tiered = new Tiered();
  for (const [look, t] of LOOKS) tiered.look(look, t, left);
  const counted = counts ?? left;
  const { story } = tiered.numbers('counted', counted).windows(counted).told();
  return lists(story.fine(), listed).drop(
    ({ op, fields }) =>
      ['observed', 'stored'].includes(op) && fields.stream === TELEMETRY && isGone(fields.n),
  );
}

/** The target says that it passed it over. */
function lists(story: Story, n: number): Story {
  for (const stream of story.plan.streams) {
    if (stream.code === TELEMETRY) stream.mayShed = true;
  }
  return story.add('refused', READ, { device: DEVICE, stream: TELEMETRY, n, why: 'shed' });
}

/** An entry of the ledger has an end, and what was measured is beyond it. */
const cutOff = (story: Story, isCut = (n: unknown): boolean => n === 3): Story =>
  story.change(
    ({ op, fields }) => op === 'tiers/measured' && isCut(fields.n),
    ({ fields }) => ({ fields: { ...fields, values: '{"level": 1' } }),
  );

/** What one measured has no room in one entry, and goes on in the next. */
const inTwo = ({ story, at }: Tiered, n = LATE): Story =>
  story.fine().add('tiers/measured', at(n), { device: DEVICE, n, at: at(n), values: '{"door":1}' });

/** Each window says of the second what it came to. */
function bothTold(): Story {
  const tiered = told();
  const [story, at, n] = [inTwo(tiered), tiered.at(LATE), LATE];
  for (const { fields } of story.events.filter(isWindow)) {
    const start = Number(fields.start);
    const { everyMs = 0 } = TIERS.steps[Number(fields.step)] ?? {};
    if (Math.floor(at / everyMs) * everyMs !== start) continue;
    const placed = [at, n, 1];
    const sum = { count: 1, min: 1, max: 1, sum: 1, first: placed, last: placed };
    story.add('tiers/window', READ, { ...fields, signal: 'door', told: JSON.stringify(sum) });
  }
  return story;
}

const undecided: CheckerFixtures['undecided'] = {
  'not all of it was read': () => all().drop(({ op }) => op === 'tiers/told'),
};

const isTrue: CheckerFixtures = {
  passing: {
    'windows say what was measured': all,
    'one that came too late is in none': () => late(),
    'what one measured is cut off': () => cutOff(all()),
    'what one measured stands in two entries': () => bothTold(),
    'one was passed over, and told': () => passedOver(10),
    'one was passed over and taken when it came again too late': () =>
      lists(late(), LATE).change(about('acked', DEVICE, TELEMETRY, LATE), ({ t }) => ({
        t: t - 5500,
      })),
  },
  failing: {
    'the least is another': () => says('min', -1),
    'the greatest is what came last': () => says('max', 0.5),
    'the sum is another': () => says('sum', 1e6),
    'the last is another': () => says('last', [0, 0, -3]),
    'a window is missing': () => {
      const story = all();
      const last = isLast(story);
      return story.drop((event) => event === last);
    },
    'one is there for nothing': () => {
      const tiered = told();
      tiered.story.fine();
      return tiered.window(1, 40_000, [3]).story;
    },
    'what was measured is cut off, and no window is there': () =>
      cutOff(all(), () => true).drop(isWindow),
    'what was measured is cut off, and its window counts another one': () => {
      const tiered = told();
      tiered.story.fine();
      return cutOff(tiered.window(1, 0, [0, 1, 2, 3]).story);
    },
    'what was measured is cut off, and another window says something else': () =>
      cutOff(says('min', -1)),
    'a window tells nothing of what stands in a second entry': () => inTwo(told()),
    'a reading is in no window': () => {
      const tiered = begun().numbers('counted', but(5)).windows(but(5)).told();
      tiered.story.fine();
      return tiered.told().story;
    },
    'one is in no window beside one that was passed over': () => passedOver(10, 11),
    'one was passed over, is nowhere, and is counted': () => passedOver(10, null, (all) => all),
    'one was passed over and taken when it came again, and is in no window': () => {
      const tiered = begun().numbers('counted', but(5)).windows(but(5)).told();
      return lists(tiered.story.fine(), 5);
    },
    'one that came too late is counted': () => {
      const story = late();
      return story.change(
        ({ op, fields }) => op === 'tiers/numbers' && fields.are === 'counted',
        ({ fields }) => ({ fields: { ...fields, numbers: `${fields.numbers},${LATE}` } }),
      );
    },
    'one in time is said to be too late': () => {
      const tiered = told();
      tiered.story.fine();
      return tiered.numbers('late', (own) => own.slice(-1)).story;
    },
    'one that was never measured is counted': () => {
      const tiered = told();
      tiered.story.fine();
      return tiered.numbers('counted', () => [900]).story;
    },
  },
  undecided: {
    ...undecided,
    'what was measured is cut off': () => cutOff(all(), () => true),
  },
};

/** A disk that is slow for nearly the whole run, and takes two commits to be later by. */
const SLOW = [
  faultPlan('f', {
    ...{ fault: 'slow-store', acts: 'inside', from: 7000, to: READ + 300 },
    inside: { commitMs: 100, writeMs: 0 },
  }),
];

/** The look at a time finds something else. */
function finds(t: number, which: Numbers, faults: FaultPlan[] = []): Story {
  const tiered = new Tiered(faults).look(0, EARLY);
  if (t !== 9000) tiered.look(1, 9000);
  tiered.look(2, 15_000).look(3, 19_000).numbers('counted').windows().told();
  if (t !== READ) tiered.look(READ_LOOK, READ);
  tiered.story.fine();
  return tiered.look(t === READ ? READ_LOOK : 1, t, which).story;
}

/** One is there three seconds after its time; the target had answered by then. */
function slow(answered: number): Story {
  const tiered = new Tiered().look(0, EARLY).look(1, 9000);
  tiered.look(2, 15_000, (own) => [Math.min(...own) - 3, ...own]).look(3, 19_000);
  const { story } = tiered.look(READ_LOOK, READ).numbers('counted').windows().told();
  const { name } = TIERS;
  story.add('tiers/asked', TIERS.at, { device: -1, name });
  return story.add('tiers/answered', answered, { device: -1, name, status: 200 });
}

const kept: CheckerFixtures = {
  passing: {
    'all is there in its time, and gone after it': all,
    'one was passed over, and told': () => passedOver(10),
    'one was passed over, and taken after a look': () =>
      lists(
        finds(9000, (own) => own.slice(1)),
        3,
      ),
    'there are too many to look at it before the end': () => {
      const tiered = new Tiered().look(READ_LOOK, READ).numbers('counted').windows().told();
      tiered.story.add('tiers/unwatched', EARLY, { device: DEVICE });
      return tiered.story.fine();
    },
    'a window is there for longer since the target was away': () => {
      const away = { fault: 'broker-pause', acts: 'target' as const, devices: [] };
      const faults = [faultPlan('f', { ...away, from: 12_500, to: READ - 900 })];
      const tiered = new Tiered(faults).look(0, EARLY).look(1, 9000).look(2, 12_400);
      tiered.look(READ_LOOK, READ);
      return tiered.numbers('counted').windows().told().window(0, 2000, [0, 1]).story.fine();
    },
    'some are there for a moment longer': () => {
      const tiered = new Tiered().look(0, EARLY);
      tiered
        .look(1, 9000, (own) => [Math.min(...own) - 1, ...own])
        .look(2, 15_000)
        .look(3, 19_000);
      return tiered.look(READ_LOOK, READ).numbers('counted').windows().told().story.fine();
    },
    'some are there for longer, of a target that heard the time late': () => slow(4500).fine(),
  },
  failing: {
    'some are there for longer than a quick answer lets them': () => slow(2050),
    'one is gone too early beside one that was passed over': () => passedOver(10, 11),
    'one is gone too early': () => finds(9000, (own) => own.slice(1)),
    'one is there for too long': () => finds(READ, (own) => [0, ...own]),
    'one is there for longer than a slow disk makes it': () =>
      finds(READ, (own) => [0, ...own], SLOW),
    'one is there for too long, and we stood still for a moment': () => {
      const story = finds(READ, (own) => [0, ...own]);
      const stall = { us: 150_000, outside: false, process: 'shard-0' };
      return story.add('stall', READ - 100, stall);
    },
    'a window is there for too long': () => {
      const tiered = told();
      tiered.story.fine();
      return tiered.window(0, 2000, [0]).story;
    },
    'one is moved into no window': () => {
      const tiered = begun()
        .numbers('counted', (own) => own.slice(1))
        .windows()
        .told();
      tiered.story.fine();
      return tiered.numbers('moved', () => [0]).story;
    },
  },
  undecided: {
    ...undecided,
    'what is gone was looked for at the end alone': () =>
      new Tiered().look(READ_LOOK, READ).numbers('counted').windows().told().story.fine(),
  },
};

export default { 'tiers-true': isTrue, 'tiers-kept': kept };
