/**
 * What a device should have said of each window: its samples, as they were measured, are put where
 * the grid has them and added up again, all at once when the window is said to be over.
 */
import { type LedgerEntry, type Plan, streamOf } from '#kernel';
import { defineOracle } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    aggregate: AggregateOracle;
  }
}

export default defineOracle({
  kind: 'aggregate',
  summary: 'what windows of samples come to, and which samples are in none',
  scope: 'lane',
  ops: ['aggregate/sampled', 'aggregate/closed', 'not-sent', 'boot', 'off'],
  start: ({ plan, timeline }) => new AggregateOracle(plan, timeline.phase('drain') !== null),
});

/** Something that is not so of a window. */
export interface WrongWindow {
  t: number;
  /** Number of the message that says it. */
  n: number;
  window: number;
  mistake:
    | { is: 'another-value'; signal: string; of: 'min' | 'max' | 'mean'; said: number; was: number }
    | { is: 'another-count'; said: number; was: number }
    | { is: 'early'; missing: number }
    | { is: 'cut-unsaid' | 'cut-untrue'; why: 'boot' | 'end' };
}

export interface AggregateStory {
  stream: number;
  samples: number;
  windows: number;
  /** Of these, cut short. */
  cut: number;
  /** Samples that went with the memory that they were in. */
  lost: number;
  wrong: readonly WrongWindow[];
  /** In no window, although theirs was said. */
  unsaid: readonly { t: number; n: number }[];
  /** In no window when the run ended. */
  open: readonly { t: number; n: number }[];
  /** Held back, and nobody accounts for it. */
  unaccounted: readonly number[];
}

const AGGREGATED = 'aggregated';
/** Rounding of sums. */
const EPSILON = 1e-9;

export class AggregateOracle {
  readonly #plan: Plan;
  /** The run came to the end of its sampling. */
  readonly #isWhole: boolean;
  readonly #windows = new Map<number, Map<number, Windows>>();

  constructor(plan: Plan, isWhole: boolean) {
    this.#plan = plan;
    this.#isWhole = isWhole;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    if (op === 'boot' || op === 'off') {
      for (const windows of this.#windows.get(device)?.values() ?? []) windows.forget();
    } else if (op === 'not-sent') this.#at(device, entry.stream)?.notSent(entry.n, entry.why);
    else {
      const told = entry as unknown as Told;
      const windows = this.#at(device, told.stream);
      if (op === 'aggregate/sampled') windows?.sampled(t, told.n, read<number>(told.values));
      else if (op === 'aggregate/closed') windows?.closed(t, told);
    }
  }

  /** One for each stream that the device samples; none where it adds up nothing. */
  of(device: number): readonly AggregateStory[] {
    return [...(this.#windows.get(device) ?? [])].map(([stream, windows]) => {
      const { open, ...story } = windows.story(stream);
      return { ...story, open: this.#isWhole ? open : [] };
    });
  }

  #at(device: number, stream: number): Windows | null {
    const known = this.#windows.get(device)?.get(stream);
    if (known !== undefined) return known;
    if (streamOf(this.#plan, stream)?.schedule.by !== 'sampling') return null;
    const entry = this.#plan.entries[this.#plan.devices[device]?.entry ?? -1];
    const params = entry?.parts.find(({ kind }) => kind === 'aggregate')?.params;
    if (entry === undefined || params === undefined) return null;
    const windows = new Windows(Number(params.window) / entry.everyMs);
    const own = this.#windows.get(device) ?? new Map<number, Windows>();
    this.#windows.set(device, own.set(stream, windows));
    return windows;
  }
}

interface Told {
  stream: number;
  n: number;
  window: number;
  count: number;
  cut: string;
  values: string;
}

interface Sample {
  t: number;
  n: number;
  values: Readonly<Record<string, number>>;
}

type Said = Readonly<Record<'min' | 'max' | 'mean', number>>;

/** Of one stream of one device. */
class Windows {
  readonly #length: number;
  #samples: Sample[] = [];
  /** Grid points that were left out for another reason; of windows not over. */
  readonly #leftOut = new Set<number>();
  readonly #owed = new Set<number>();
  readonly #counts = { samples: 0, windows: 0, cut: 0, lost: 0 };
  readonly #wrong: WrongWindow[] = [];
  readonly #unsaid: Sample[] = [];
  /** The first sample since its memory was empty. */
  #first: number | null = null;
  /** Of the last window that was said to be cut by the end. */
  #ended: { t: number; n: number; window: number } | null = null;

  constructor(length: number) {
    this.#length = length;
  }

  forget(): void {
    this.#counts.lost += this.#samples.length;
    this.#samples = [];
    this.#first = null;
  }

  notSent(n: number, why: string): void {
    if (why === AGGREGATED) this.#owed.delete(n);
    else this.#leftOut.add(n);
  }

  sampled(t: number, n: number, values: Readonly<Record<string, number>>): void {
    this.#counts.samples++;
    this.#first ??= n;
    this.#owed.add(n);
    this.#samples.push({ t, n, values });
    if (this.#ended === null) return;
    const { window, ...at } = this.#ended;
    this.#ended = null;
    this.#wrong.push({ ...at, window, mistake: { is: 'cut-untrue', why: 'end' } });
  }

  closed(t: number, { n, window, count, cut, values }: Told): void {
    this.#counts.windows++;
    if (cut !== '') this.#counts.cut++;
    const of = (sample: Sample): number => Math.floor(sample.n / this.#length);
    const mine = this.#samples.filter((sample) => of(sample) === window);
    this.#unsaid.push(...this.#samples.filter((sample) => of(sample) < window));
    this.#samples = this.#samples.filter((sample) => of(sample) > window);
    const tell = (mistake: WrongWindow['mistake']): void =>
      void this.#wrong.push({ t, n, window, mistake });
    if (count !== mine.length) tell({ is: 'another-count', said: count, was: mine.length });
    for (const mistake of differences(read<Said>(values), mine)) tell(mistake);
    this.#lookCut(t, n, window, cut, mine, tell);
    for (const left of this.#leftOut) {
      if (left < (window + 1) * this.#length) this.#leftOut.delete(left);
    }
  }

  story(stream: number): AggregateStory {
    return {
      stream,
      ...this.#counts,
      wrong: this.#wrong,
      unsaid: this.#unsaid.map(({ t, n }) => ({ t, n })),
      open: this.#samples.map(({ t, n }) => ({ t, n })),
      unaccounted: [...this.#owed],
    };
  }

  /** A window is short by a boot before it or by the end behind it, and says so; or it is whole. */
  #lookCut(
    t: number,
    n: number,
    window: number,
    cut: string,
    mine: readonly Sample[],
    tell: (mistake: WrongWindow['mistake']) => void,
  ): void {
    const from = window * this.#length;
    const said = new Set(cut === '' ? [] : cut.split('+'));
    const first = this.#first ?? -1;
    const byBoot = first > from && first < from + this.#length;
    if (byBoot !== said.has('boot')) {
      tell({ is: byBoot ? 'cut-unsaid' : 'cut-untrue', why: 'boot' });
    }
    if (said.has('end')) {
      this.#ended = { t, n, window };
      return;
    }
    const known = new Set([...mine.map((sample) => sample.n), ...this.#leftOut]);
    const begin = byBoot ? first : from;
    const length = from + this.#length - begin;
    const missing = Array.from({ length }, (_, at) => begin + at).filter((one) => !known.has(one));
    if (missing.length > 0) tell({ is: 'early', missing: missing.length });
  }
}

/** Of every signal that was measured or said. */
function differences(
  said: Readonly<Record<string, Said>>,
  samples: readonly Sample[],
): WrongWindow['mistake'][] {
  const names = new Set([...Object.keys(said), ...samples.flatMap(({ values }) => keysOf(values))]);
  return [...names].flatMap((signal) => {
    const measured = samples.flatMap(({ values }) => {
      const value = values[signal];
      return typeof value === 'number' ? [value] : [];
    });
    const was: Said = {
      min: measured.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
      max: measured.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
      mean: measured.reduce((sum, value) => sum + value, 0) / measured.length,
    };
    return (['min', 'max', 'mean'] as const).flatMap((of): WrongWindow['mistake'][] => {
      const told = said[signal]?.[of] ?? Number.NaN;
      if (Math.abs(told - was[of]) <= EPSILON * Math.max(1, Math.abs(was[of]))) return [];
      return [{ is: 'another-value', signal, of, said: told, was: was[of] }];
    });
  });
}

const keysOf = (values: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(values).filter((name) => typeof values[name] === 'number');

function read<T>(text: string): Readonly<Record<string, T>> {
  try {
    const values: unknown = JSON.parse(text);
    return typeof values === 'object' && values !== null ? (values as Record<string, T>) : {};
  } catch {
    return {};
  }
}
