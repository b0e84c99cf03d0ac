/**
 * What windows of readings should say, by what devices measured and not by what a target kept of
 * it; which readings should still be there as they came, and which not any more. That they were
 * measured so is the device's own word, written down before anything was sent; which of them the
 * target must have counted is told by what it acknowledged.
 */
import { type LedgerEntry, numbersIn, type Plan, type TiersPlan, tiersOver } from '#kernel';
import type { DeliveryOracle } from './delivery.ts';
import { type Hindered, hinderedIn, overdueBy } from './hindrances.ts';
import { HAPPENED } from './message-table.ts';
import type { MessageView } from './message-view.ts';
import { defineOracle, type OracleFold } from './oracle.ts';
import { type Look, lookedAt, type Moment, unwitnessed, type Wrong } from './tiers/keeping.ts';
import { TiersLag } from './tiers/lag.ts';
import {
  differences,
  noteReading,
  type ToldSum,
  type TrueReading,
  windowsOf,
} from './tiers/windows.ts';
import type { Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    tiers: TiersOracle;
  }
}

export default defineOracle({
  kind: 'tiers',
  summary: 'what windows of readings should say, and which readings should still be there',
  scope: 'lane',
  ops: [
    'tiers/measured',
    'tiers/raw',
    'tiers/numbers',
    'tiers/window',
    'tiers/told',
    'tiers/unwatched',
  ],
  fleet: { ops: ['tiers/asked', 'tiers/answered'], start: () => new TiersLag() },
  start: ({ plan, timeline, lane, of }) => {
    const owedUntil = lane === null ? timeline.end : timeline.readsOf(lane).beganAt;
    const lag = of<TiersLag>('tiers/fleet');
    return new TiersOracle({ plan, timeline, owedUntil, lag, delivery: of('delivery') });
  },
});

interface Around {
  plan: Plan;
  timeline: Timeline;
  /** Microseconds: what was acknowledged later may be missing from an answer. */
  owedUntil: number;
  delivery: DeliveryOracle;
  /** By how much the time of the target may be behind. */
  lag: TiersLag;
}

/** One device. Times are milliseconds. */
export interface TiersStory {
  tiers: TiersPlan;
  /** All that the target has of the device was read. */
  isTold: boolean;
  /** Windows and readings that could be held against what was measured, and that could not. */
  decided: number;
  undecided: number;
  /** What windows say wrong, which there should be and are not, or are for nothing. */
  untrue: readonly Wrong[];
  /** Readings looked for in looks, or in windows; and what was not there, or still was. */
  looked: number;
  /** Readings that went, and for which nobody had looked in their time. */
  unseen: number;
  unkept: readonly Wrong[];
  /** Numbers of readings. */
  raw: number;
  counted: number;
  late: number;
  moved: number;
  /** Of each step. */
  windows: readonly number[];
  /** How many were there as they came, and had been moved by then, in each look. */
  looks: readonly { t: number; raw: number; gone: number }[];
}

interface ToldWindow {
  count: number;
  signals: Map<string, ToldSum | null>;
}

interface Known {
  measured: Map<number, TrueReading>;
  looks: Look[];
  numbers: Record<string, Set<number>>;
  /** By step and start. */
  windows: Map<string, ToldWindow>;
  told: Moment | null;
  /** There are too many to look at it before the end. */
  isUnwatched: boolean;
}

type Fields = Readonly<Record<string, number | string | boolean>>;

const STREAM = 'telemetry';
/** Between two clocks, and the time of an answer rounded. */
const ASIDE_MS = 100;

export class TiersOracle implements OracleFold {
  readonly #around: Around;
  readonly #stream: number;
  readonly #devices = new Map<number, Known>();
  readonly #stories = new Map<number, TiersStory | null>();

  constructor(around: Around) {
    this.#around = around;
    this.#stream = around.plan.streams.find(({ name }) => name === STREAM)?.code ?? -1;
  }

  step(entry: LedgerEntry): void {
    const known = this.#of(entry.device);
    const fields = entry as unknown as Fields;
    const op = entry.op as string;
    if (op === 'tiers/measured')
      noteReading(known.measured, Number(fields.n), Number(fields.at), String(fields.values));
    else if (op === 'tiers/raw') noteLook(known, entry.t / 1000, fields);
    else if (op === 'tiers/numbers') {
      const own = known.numbers[String(fields.are)] ?? new Set();
      known.numbers[String(fields.are)] = own;
      for (const n of numbersIn(String(fields.numbers))) own.add(n);
    } else if (op === 'tiers/window') noteWindow(known, fields);
    else if (op === 'tiers/unwatched') known.isUnwatched = true;
    else known.told = { asked: Number(fields.asked), answered: entry.t / 1000 };
  }

  /** Null for one that is under no tiers; to be asked when all has been seen. */
  of(device: number): TiersStory | null {
    const known = this.#stories.get(device);
    if (known !== undefined) return known;
    const story = this.#story(device);
    this.#stories.set(device, story);
    return story;
  }

  #story(device: number): TiersStory | null {
    const tiers = tiersOver(this.#around.plan, this.#around.plan.devices[device]?.id ?? '');
    if (tiers === null) return null;
    const known = this.#of(device);
    const { counted = NONE, late = NONE, moved = NONE } = known.numbers;
    const last = known.looks.at(-1);
    const windows = tiers.steps.map(
      (_, step) => [...known.windows.keys()].filter((name) => name.startsWith(`${step}/`)).length,
    );
    const story = {
      ...{ tiers, isTold: known.told !== null && last !== undefined, windows },
      ...{ raw: last?.raw.size ?? 0, counted: counted.size, late: late.size, moved: moved.size },
      looks: this.#looks(device, known),
    };
    if (!story.isTold) {
      return { ...story, decided: 0, undecided: 0, untrue: [], looked: 0, unseen: 0, unkept: [] };
    }
    return {
      ...story,
      ...this.#truth(device, tiers, known),
      ...this.#keeping(device, tiers, known),
    };
  }

  // --- what windows say -------------------------------------------------------------------------

  #truth(device: number, tiers: TiersPlan, known: Known) {
    const { counted = NONE, late = NONE } = known.numbers;
    const untrue: Wrong[] = [];
    const readings: TrueReading[] = [];
    let [decided, undecided] = [0, 0];
    for (const [n, reading] of known.measured) {
      const are = { isCounted: counted.has(n), isLate: late.has(n), isThere: isThere(known, n) };
      const why = this.#miscounted(device, n, reading, tiers, are);
      if (why !== null || counted.has(n) || late.has(n)) decided++;
      if (why !== null) untrue.push({ at: reading.at, what: `reading ${n} ${why}` });
      if (counted.has(n)) readings.push(reading);
    }
    for (const n of [...counted, ...late]) {
      if (known.measured.has(n)) continue;
      decided++;
      untrue.push({ at: 0, what: `reading ${n} is counted, and was never measured` });
    }
    for (const step of tiers.steps.keys()) {
      const found = this.#windows(tiers, step, readings, known, untrue);
      decided += found.decided;
      undecided += found.undecided;
    }
    return { decided, undecided, untrue };
  }

  /** Why a reading should be counted otherwise than it is; null where it may be so. */
  #miscounted(
    device: number,
    n: number,
    reading: TrueReading,
    { latenessMs, name }: TiersPlan,
    { isCounted, isLate, isThere }: { isCounted: boolean; isLate: boolean; isThere: boolean },
  ): string | null {
    const { delivery, owedUntil } = this.#around;
    const view = delivery.find(device, this.#stream, n);
    const isSent = view !== null && view.sentCount > 0;
    if (isCounted && isLate) return 'is counted, and too late to be';
    if (!isSent) return isCounted || isLate ? 'is counted, and was never sent' : null;
    const isGone = view.fate === 'refused' && isAcked(view) && !isThere;
    if (isGone && (isCounted || isLate)) return 'was passed over, and is counted';
    const isOwed = owes(view) && view.ackedAt < owedUntil;
    if (isOwed && !isCounted && !isLate) return 'was acknowledged, and no window counts it';
    const soonest = view.sentAt / 1000 - reading.at;
    const behind = this.#around.lag.of(name);
    if (isCounted && soonest > latenessMs + behind + ASIDE_MS)
      return 'came too late, and is counted';
    const latest = isOwed ? keptBy(view) - reading.at : Number.POSITIVE_INFINITY;
    return isLate && latest < latenessMs - ASIDE_MS
      ? 'came in time, and no window counts it'
      : null;
  }

  /** How many were decided, and of how many the ledger does not hold what their sums should be. */
  #windows(
    { steps }: TiersPlan,
    step: number,
    readings: readonly TrueReading[],
    { windows, told }: Known,
    untrue: Wrong[],
  ): { decided: number; undecided: number } {
    const { everyMs = 1, keepMs = null } = steps[step] ?? {};
    const expected = windowsOf(readings, everyMs);
    let [decided, undecided] = [0, 0];
    const isOver = (start: number): boolean =>
      keepMs !== null && start + everyMs + keepMs <= (told?.answered ?? 0) + ASIDE_MS;
    for (const [start, own] of expected) {
      const window = windows.get(`${step}/${start}`);
      if (window === undefined && isOver(start)) continue;
      const name = `the window of ${everyMs} ms from ${start} ms`;
      const amiss =
        window === undefined ? ['is not there'] : differences(own, window.count, window.signals);
      if (amiss.length === 0 && own.some(({ values }) => values === null)) undecided++;
      else decided++;
      for (const what of amiss) untrue.push({ at: start, what: `${name} ${what}` });
    }
    for (const name of windows.keys()) {
      const [of, start] = name.split('/').map(Number);
      if (of !== step || expected.has(start ?? 0)) continue;
      decided++;
      const what = `the window of ${everyMs} ms from ${start} ms is there for nothing`;
      untrue.push({ at: start ?? 0, what });
    }
    return { decided, undecided };
  }

  // --- what is there, and what is not -----------------------------------------------------------

  #keeping(device: number, tiers: TiersPlan, known: Known) {
    const { timeline } = this.#around;
    const { counted = NONE, moved = NONE } = known.numbers;
    const unkept: Wrong[] = [];
    const [gone, awaited] = [new Set<number>(), new Set<number>()];
    let looked = 0;
    const times = [...known.measured].flatMap(([n, reading]) => {
      const view = this.#around.delivery.find(device, this.#stream, n);
      if (view === null || !owes(view)) return [];
      return [{ n, at: reading.at, acked: keptBy(view) }];
    });
    const hindered = hinderedIn(timeline, this.#around.plan);
    const behindMs = this.#around.lag.of(tiers.name);
    for (const look of known.looks) {
      const around = {
        ...{ tiers, times, counted, gone, awaited, hindered },
        ...{ asideMs: ASIDE_MS, behindMs },
      };
      const found = lookedAt(look, around);
      looked += found.looked;
      unkept.push(...found.wrong);
    }
    const last = known.looks.at(-1);
    for (const { n, at, acked } of times) {
      if (acked * 1000 >= this.#around.owedUntil || last?.raw.has(n) !== false) continue;
      looked++;
      if (counted.has(n)) continue;
      unkept.push({ at, what: `reading ${n} is gone, and no window has counted it` });
    }
    for (const n of moved) {
      if (!counted.has(n)) unkept.push({ at: 0, what: `reading ${n} was moved into no window` });
    }
    looked += this.#gone(tiers, known, hindered, unkept);
    // By a plan that leaves it out nothing is said of it.
    const seen = { tiers, times, awaited, hindered };
    const unseen = known.isUnwatched || last === undefined ? 0 : unwitnessed(seen, last);
    return { looked, unseen, unkept };
  }

  /** Windows that should not be there any more. */
  #gone(
    { steps, withinMs, name: of }: TiersPlan,
    { windows, told }: Known,
    hindered: Hindered,
    unkept: Wrong[],
  ): number {
    let looked = 0;
    for (const name of windows.keys()) {
      const [step = 0, start = 0] = name.split('/').map(Number);
      const { everyMs = 0, keepMs = null } = steps[step] ?? {};
      if (keepMs === null) continue;
      looked++;
      const span = { from: start + everyMs + keepMs, to: told?.asked ?? 0 };
      const behindMs = this.#around.lag.of(of);
      if (overdueBy(span, withinMs, hindered) <= ASIDE_MS + behindMs) continue;
      const what = `the window of ${everyMs} ms from ${start} ms is still there`;
      unkept.push({ at: start, what });
    }
    return looked;
  }

  /** How many were there as they came, and had been moved by then, in each look. */
  #looks(device: number, { looks, numbers }: Known): TiersStory['looks'] {
    const { moved = NONE } = numbers;
    const ackedAt = (n: number): number => {
      const view = this.#around.delivery.find(device, this.#stream, n);
      return view !== null && isAcked(view) ? view.ackedAt / 1000 : Number.POSITIVE_INFINITY;
    };
    const acked = [...moved].map(ackedAt).sort((a, b) => a - b);
    let had = 0;
    return looks.map(({ answered: t, raw }) => {
      while ((acked[had] ?? Number.POSITIVE_INFINITY) <= t) had++;
      const still = [...raw].filter((n) => moved.has(n) && ackedAt(n) <= t).length;
      return { t, raw: raw.size, gone: had - still };
    });
  }

  #of(device: number): Known {
    const known = this.#devices.get(device) ?? {
      ...{
        measured: new Map(),
        looks: [],
        numbers: {},
        windows: new Map(),
        told: null,
        isUnwatched: false,
      },
    };
    this.#devices.set(device, known);
    return known;
  }
}

const NONE: ReadonlySet<number> = new Set();
const isAcked = ({ flags }: { flags: number }): boolean => (flags & HAPPENED.acked) !== 0;

/** As it came, or as one that was moved. */
const isThere = ({ looks, numbers: { moved } }: Known, n: number): boolean =>
  looks.at(-1)?.raw.has(n) === true || moved?.has(n) === true;

/** What it acknowledged, and does not say that it passed it over. */
const owes = (view: MessageView): boolean =>
  view.qos > 0 && isAcked(view) && view.fate !== 'refused';

/**
 * Milliseconds. Of one that is listed as passed over and is there all the same, nobody knows
 * which of the two was acknowledged.
 */
const keptBy = ({ flags, ackedAt }: MessageView): number =>
  (flags & HAPPENED.refused) === 0 ? ackedAt / 1000 : Number.POSITIVE_INFINITY;

function noteLook(known: Known, answered: number, fields: Fields): void {
  const look = Number(fields.look);
  const last = known.looks.at(-1);
  const isSame = last?.look === look;
  const own = isSame
    ? last
    : { look, asked: Number(fields.asked), answered, raw: new Set<number>() };
  own.answered = answered;
  for (const n of numbersIn(String(fields.numbers))) own.raw.add(n);
  if (!isSame) known.looks.push(own);
}

function noteWindow(known: Known, fields: Fields): void {
  const name = `${fields.step}/${fields.start}`;
  const window = known.windows.get(name) ?? { count: Number(fields.count), signals: new Map() };
  known.windows.set(name, window);
  if (fields.signal !== '') window.signals.set(String(fields.signal), readIn(fields.told));
}

/** Null where it is not whole: an entry of the ledger has an end. */
function readIn(text: unknown): ToldSum | null {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === 'object' ? (value as ToldSum | null) : null;
  } catch {
    return null;
  }
}
