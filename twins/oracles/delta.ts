/**
 * What devices say as differences: from which sample each is taken and whether the target had
 * acknowledged that one before, how often one goes whole, and how far what the target has made of
 * them is from what was measured.
 */
import { type LedgerEntry, type Plan, streamOf } from '#kernel';
import { defineOracle } from './oracle.ts';
import { overlaps, type Span, type Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    delta: DeltaOracle;
  }
}

export default defineOracle({
  kind: 'delta',
  summary: 'what differences are taken from, and how far from the truth they lead',
  scope: 'lane',
  ops: ['delta/said', 'delta/rebuilt', 'delta/read', 'acked', 'state', 'boot'],
  start: ({ plan, timeline, lane }) => new DeltaOracle(plan, timeline, lane ?? -1),
});

/** Something that is not so of one sample. */
export interface WrongDelta {
  t: number;
  n: number;
  mistake: /** The target had not acknowledged the sample that it is taken from. */
    | { is: 'baseless'; base: number }
    /** It should have gone whole: the last that did is too long ago, or a connect came between. */
    | { is: 'not-whole'; why: 'count' | 'connect' | 'boot'; last: number }
    /** The target acknowledged it, and has no whole values of it. */
    | { is: 'not-rebuilt' }
    | { is: 'off'; signal: string; was: number; made: number; step: number };
}

export interface DeltaStory {
  stream: number;
  whole: number;
  differences: number;
  /** Acknowledged before the target was read, and the target was read. */
  decided: number;
  /** The furthest that a value is from what was measured, in steps. */
  furthest: number;
  /** Otherwise than measured, since a fault let the device repeat what it had said before. */
  unsure: number;
  wrong: readonly WrongDelta[];
}

/** Rounding, in steps. */
const EPSILON = 1e-6;
const ONLINE = 'connection.online';

export class DeltaOracle {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  /** What is acknowledged later may be missing from the answer. */
  readonly #readFrom: number;
  readonly #series = new Map<number, Map<number, Series>>();
  readonly #read = new Set<number>();

  constructor(plan: Plan, timeline: Timeline, lane: number) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#readFrom = timeline.readsOf(lane).beganAt;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    if (op === 'boot' || (op === 'state' && entry.state === ONLINE)) {
      const why = op === 'boot' ? 'boot' : 'connect';
      for (const series of this.#series.get(device)?.values() ?? []) series.mustGoWhole(why);
    } else if (op === 'acked') {
      this.#series
        .get(device)
        ?.get(entry.stream)
        ?.acked(t, entry.n, t < this.#readFrom);
    } else if (op === 'delta/said') {
      const { stream, n, base, values } = entry as unknown as Told;
      this.#at(device, stream)?.said(t, n, base, valuesIn(values));
    } else if (op === 'delta/rebuilt') {
      const { stream, n, values } = entry as unknown as Told;
      this.#series.get(device)?.get(stream)?.rebuilt(n, valuesIn(values));
    } else if (op === 'delta/read') this.#read.add(device);
  }

  /** One for each stream that the device samples; none where it says whole values alone. */
  of(device: number): readonly DeltaStory[] {
    const isRead = this.#read.has(device);
    const repeats = this.#timeline
      .faultsOn(device)
      .filter((fault) => fault.plan.bus?.stale === true);
    return [...(this.#series.get(device) ?? [])].map(([stream, series]) =>
      series.story(stream, isRead, repeats),
    );
  }

  #at(device: number, stream: number): Series | null {
    const known = this.#series.get(device)?.get(stream);
    if (known !== undefined) return known;
    if (streamOf(this.#plan, stream)?.schedule.by !== 'sampling') return null;
    const entry = this.#plan.entries[this.#plan.devices[device]?.entry ?? -1];
    const params = entry?.parts.find(({ kind }) => kind === 'delta')?.params;
    if (params === undefined) return null;
    const series = new Series((params.steps ?? {}) as Values, Number(params.whole));
    const own = this.#series.get(device) ?? new Map<number, Series>();
    this.#series.set(device, own.set(stream, series));
    return series;
  }
}

interface Told {
  stream: number;
  n: number;
  base: number;
  values: string;
}

type Values = Readonly<Record<string, number>>;

interface Sample {
  t: number;
  /** What it is taken from; null of a whole one. */
  base: number | null;
  ackedAt: number;
  measured: Values;
  acked: 'no' | 'in-time' | 'late';
  /** What the target has made of it. */
  made: Values | null;
}

class Series {
  readonly #steps: Values;
  readonly #whole: number;
  readonly #samples = new Map<number, Sample>();
  readonly #counts = { whole: 0, differences: 0 };
  readonly #wrong: WrongDelta[] = [];
  /** The last that went whole, and how many have gone since. */
  #last = -1;
  #since = 0;
  #due: 'connect' | 'boot' | null = 'boot';

  constructor(steps: Values, whole: number) {
    this.#steps = steps;
    this.#whole = whole;
  }

  mustGoWhole(why: 'connect' | 'boot'): void {
    this.#due = why;
  }

  acked(t: number, n: number, isInTime: boolean): void {
    const sample = this.#samples.get(n);
    if (sample?.acked !== 'no') return;
    sample.acked = isInTime ? 'in-time' : 'late';
    sample.ackedAt = t;
  }

  said(t: number, n: number, base: number, measured: Values): void {
    const isWhole = base < 0;
    if (isWhole) this.#counts.whole++;
    else this.#difference(t, n, base);
    const came = { base: isWhole ? null : base, ackedAt: Number.POSITIVE_INFINITY };
    this.#samples.set(n, { t, measured, acked: 'no', made: null, ...came });
    this.#due = null;
    if (!isWhole) return void this.#since++;
    this.#last = n;
    this.#since = 0;
  }

  rebuilt(n: number, made: Values): void {
    const sample = this.#samples.get(n);
    if (sample !== undefined) sample.made = made;
  }

  story(stream: number, isRead: boolean, repeats: readonly Span[]): DeltaStory {
    const owed = isRead ? [...this.#samples].filter(([, { acked }]) => acked === 'in-time') : [];
    const astray = this.#astray(repeats);
    const all = owed.map(([n, sample]) => ({ n, ...this.#judged(n, sample) }));
    const judged = all.filter(({ n, wrong }) => wrong.length === 0 || !astray.has(n));
    return {
      stream,
      ...this.#counts,
      decided: judged.length,
      unsure: all.length - judged.length,
      furthest: judged.reduce((most, { furthest }) => Math.max(most, furthest), 0),
      wrong: [...this.#wrong, ...judged.flatMap(({ wrong }) => wrong)],
    };
  }

  /** What was on its way while the device repeated itself, and what was taken from that. */
  #astray(repeats: readonly Span[]): ReadonlySet<number> {
    const astray = new Set<number>();
    if (repeats.length === 0) return astray;
    for (const [n, { t, base, ackedAt }] of this.#samples) {
      const isHit = repeats.some((fault) => overlaps(fault, { from: t, to: ackedAt }));
      if (isHit || (base !== null && astray.has(base))) astray.add(n);
    }
    return astray;
  }

  #difference(t: number, n: number, base: number): void {
    this.#counts.differences++;
    const tell = (mistake: WrongDelta['mistake']): void => void this.#wrong.push({ t, n, mistake });
    const from = this.#samples.get(base);
    if (from === undefined || from.acked === 'no') tell({ is: 'baseless', base });
    const last = this.#last;
    if (this.#due !== null) tell({ is: 'not-whole', why: this.#due, last });
    else if (this.#since + 1 >= this.#whole) tell({ is: 'not-whole', why: 'count', last });
  }

  #judged(n: number, sample: Sample): { wrong: WrongDelta[]; furthest: number } {
    const { t, measured, made } = sample;
    if (made === null) return { wrong: [{ t, n, mistake: { is: 'not-rebuilt' } }], furthest: 0 };
    const wrong: WrongDelta[] = [];
    let furthest = 0;
    for (const [signal, was] of Object.entries(measured)) {
      // One that has no step goes as it is.
      const step = this.#steps[signal] ?? 0;
      const away = Math.abs((made[signal] ?? Number.NaN) - was) / (step === 0 ? 1 : step);
      if (away <= (step === 0 ? 0 : 0.5) + EPSILON) furthest = Math.max(furthest, away);
      else {
        const mistake = { is: 'off', signal, was, made: made[signal] ?? Number.NaN, step } as const;
        wrong.push({ t, n, mistake });
      }
    }
    return { wrong, furthest };
  }
}

function valuesIn(text: string): Values {
  try {
    const values: unknown = JSON.parse(text);
    return typeof values === 'object' && values !== null ? (values as Values) : {};
  } catch {
    return {};
  }
}
