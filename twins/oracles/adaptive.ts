/**
 * When a device whose interval adapts should have said something: told from what it did say, one
 * after the other, and from the numbers that its account leaves out as calm.
 */
import { type LedgerEntry, type Plan, streamOf } from '#kernel';
import { defineOracle } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    adaptive: AdaptiveOracle;
  }
}

export default defineOracle({
  kind: 'adaptive',
  summary: 'when devices whose interval adapts should have said something',
  scope: 'lane',
  ops: ['adaptive/said', 'not-sent', 'boot'],
  start: ({ plan }) => new AdaptiveOracle(plan),
});

export interface OffPace {
  t: number;
  n: number;
  /** Left out although it was due, or said before it was. */
  is: 'late' | 'early';
  /** The number that was due. */
  due: number;
  /** What was said before that. */
  last: number;
  /** The signal that had moved, if any had. */
  moved: string | null;
}

export interface AdaptiveStory {
  stream: number;
  said: number;
  leftOut: number;
  /** Said after its own interval, and after the longest. */
  short: number;
  longest: number;
  wrong: readonly OffPace[];
}

const CALM = 'calm';
/** Rounding of differences. */
const EPSILON = 1e-9;

export class AdaptiveOracle {
  readonly #plan: Plan;
  readonly #paces = new Map<number, Map<number, Pacing>>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    if (op === 'boot') {
      for (const pacing of this.#paces.get(device)?.values() ?? []) pacing.begin();
    } else if (op === 'not-sent') {
      if (entry.why === CALM) this.#at(device, entry.stream)?.leftOut(t, entry.n);
    } else if (op === 'adaptive/said') {
      const { stream, n, values } = entry as unknown as Said;
      this.#at(device, stream)?.said(t, n, valuesIn(values));
    }
  }

  /** One for each stream that the device samples; none where its interval is fixed. */
  of(device: number): readonly AdaptiveStory[] {
    return [...(this.#paces.get(device) ?? [])].map(([stream, pacing]) => pacing.story(stream));
  }

  #at(device: number, stream: number): Pacing | null {
    const known = this.#paces.get(device)?.get(stream);
    if (known !== undefined) return known;
    if (streamOf(this.#plan, stream)?.schedule.by !== 'sampling') return null;
    const entry = this.#plan.entries[this.#plan.devices[device]?.entry ?? -1];
    const params = entry?.parts.find(({ kind }) => kind === 'adaptive')?.params;
    if (params === undefined) return null;
    const bands = (params.calm ?? {}) as Readonly<Record<string, number>>;
    const pacing = new Pacing(Number(params.most), bands);
    const own = this.#paces.get(device) ?? new Map<number, Pacing>();
    this.#paces.set(device, own.set(stream, pacing));
    return pacing;
  }
}

interface Said {
  stream: number;
  n: number;
  values: string;
}

type Values = Readonly<Record<string, number>>;

class Pacing {
  readonly #most: number;
  readonly #bands: Values;
  /** What was said since it came up, as far as the last pause was a calm one. */
  #last: { n: number; values: Values } | null = null;
  #due = 0;
  /** Calm ones in a row. */
  #calms = 0;
  #moved: string | null = null;
  readonly #counts = { said: 0, leftOut: 0, short: 0, longest: 0 };
  readonly #wrong: OffPace[] = [];

  constructor(most: number, bands: Values) {
    this.#most = most;
    this.#bands = bands;
  }

  begin(): void {
    this.#last = null;
  }

  leftOut(t: number, n: number): void {
    this.#counts.leftOut++;
    if (this.#last === null || n >= this.#due) this.#tell(t, n, 'late');
  }

  said(t: number, n: number, values: Values): void {
    const { n: before, values: was } = this.#last ?? { n, values };
    this.#counts.said++;
    if (this.#last !== null && n < this.#due) this.#tell(t, n, 'early');
    this.#moved = this.#last === null ? null : this.#movedFrom(was, values);
    this.#calms = this.#last === null || this.#moved !== null ? 0 : this.#calms + 1;
    const step = n - before;
    if (step === 1) this.#counts.short++;
    if (this.#last !== null) this.#counts.longest = Math.max(this.#counts.longest, step);
    this.#last = { n, values };
    this.#due = n + Math.min(2 ** this.#calms, this.#most);
  }

  story(stream: number): AdaptiveStory {
    return { stream, ...this.#counts, wrong: this.#wrong };
  }

  #tell(t: number, n: number, is: OffPace['is']): void {
    const last = this.#last?.n ?? -1;
    this.#wrong.push({ t, n, is, due: this.#due, last, moved: this.#moved });
  }

  #movedFrom(was: Values, is: Values): string | null {
    for (const [signal, band] of Object.entries(this.#bands)) {
      // What is no number comes as null, and is near to nothing.
      const [a, b] = [is[signal] ?? Number.NaN, was[signal] ?? Number.NaN];
      if (!(Math.abs(a - b) <= band + EPSILON)) return signal;
    }
    return null;
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
