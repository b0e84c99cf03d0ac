/**
 * What somebody who hears a device by exception makes of it: each reading that was held back is
 * taken to be what was said last. How far that is from the truth follows from the true values of
 * all readings, held or not.
 */
import { type EntryPlan, type LedgerEntry, type Plan, streamOf } from '#kernel';
import { defineOracle } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    'dead-band': DeadBandOracle;
  }
}

export default defineOracle({
  kind: 'dead-band',
  summary: 'how far from the truth the series is that is rebuilt from what was said',
  scope: 'lane',
  ops: ['dead-band/said', 'dead-band/held', 'not-sent', 'boot'],
  start: ({ plan }) => new DeadBandOracle(plan),
});

/** A reading that was held back, and should not have been. */
export interface HeldNews {
  t: number;
  n: number;
  /** The signal that moved; null where the silence was too long, or nothing was said before. */
  signal: string | null;
  away: number;
  band: number;
}

export interface DeadBandStory {
  stream: number;
  said: number;
  held: number;
  wrong: readonly HeldNews[];
  /** Held, and nobody accounts for it as held. */
  unaccounted: readonly number[];
  /** Held on top of what was said and never left the device, so that nobody has heard it. */
  unheard: number;
}

/** Rounding of sums. */
const EPSILON = 1e-9;
const HELD = 'held';

export class DeadBandOracle {
  readonly #plan: Plan;
  /** By device, and of each by the stream that it samples. */
  readonly #tellings = new Map<number, Map<number, Telling>>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    if (op === 'boot') {
      for (const telling of this.#tellings.get(device)?.values() ?? []) telling.forget();
    } else if (op === 'not-sent') {
      this.#at(device, entry.stream)?.notSent(entry.n, entry.why);
    } else if (op === 'dead-band/said' || op === 'dead-band/held') {
      const { stream, n, values } = entry as unknown as Told;
      this.#at(device, stream)?.reading(t, n, valuesIn(values), op === 'dead-band/held');
    }
  }

  /** One for each stream that the device samples; none for one that says everything. */
  of(device: number): readonly DeadBandStory[] {
    return [...(this.#tellings.get(device) ?? [])].map(([stream, telling]) =>
      telling.story(stream),
    );
  }

  #at(device: number, stream: number): Telling | null {
    const known = this.#tellings.get(device)?.get(stream);
    if (known !== undefined) return known;
    if (streamOf(this.#plan, stream)?.schedule.by !== 'sampling') return null;
    const entry = this.#plan.entries[this.#plan.devices[device]?.entry ?? -1];
    const bands = bandsOf(entry);
    if (entry === undefined || bands === null) return null;
    const telling = new Telling(bands, entry.everyMs);
    const tellings = this.#tellings.get(device) ?? new Map<number, Telling>();
    this.#tellings.set(device, tellings.set(stream, telling));
    return telling;
  }
}

interface Told {
  stream: number;
  n: number;
  values: string;
}

interface Bands {
  bands: Readonly<Record<string, number>>;
  silenceMs: number;
}

function bandsOf(entry: EntryPlan | undefined): Bands | null {
  const params = entry?.parts.find(({ kind }) => kind === 'dead-band')?.params;
  if (params === undefined) return null;
  return {
    bands: (params.bands ?? {}) as Bands['bands'],
    silenceMs: Number(params.silence),
  };
}

class Telling {
  readonly #bands: Bands;
  readonly #everyMs: number;
  #last: { n: number; values: Readonly<Record<string, number>> } | null = null;
  #counts = { said: 0, held: 0, unheard: 0 };
  readonly #wrong: HeldNews[] = [];
  readonly #owed = new Set<number>();
  /** Said and never sent. */
  readonly #lost = new Set<number>();
  /** Held, by what was said before. */
  readonly #heldOn = new Map<number, number>();

  constructor(bands: Bands, everyMs: number) {
    this.#bands = bands;
    this.#everyMs = everyMs;
  }

  forget(): void {
    this.#last = null;
  }

  notSent(n: number, why: string): void {
    if (why === HELD) this.#owed.delete(n);
    else this.#lost.add(n);
  }

  reading(t: number, n: number, values: Readonly<Record<string, number>>, isHeld: boolean): void {
    const last = this.#last;
    if (!isHeld) {
      this.#counts.said++;
      this.#last = { n, values };
      return;
    }
    this.#counts.held++;
    this.#owed.add(n);
    const news = { t, n, signal: null, away: 0, band: 0 };
    if (last === null) this.#wrong.push(news);
    else {
      this.#heldOn.set(last.n, (this.#heldOn.get(last.n) ?? 0) + 1);
      const moved = this.#moved(last.values, values);
      if (moved !== null) this.#wrong.push({ t, n, ...moved });
      else if ((n - last.n) * this.#everyMs >= this.#bands.silenceMs) this.#wrong.push(news);
    }
  }

  story(stream: number): DeadBandStory {
    let unheard = 0;
    for (const [n, count] of this.#heldOn) if (this.#lost.has(n)) unheard += count;
    return { stream, ...this.#counts, unheard, wrong: this.#wrong, unaccounted: [...this.#owed] };
  }

  /** The first signal that is further away than it may be. */
  #moved(
    said: Readonly<Record<string, number>>,
    is: Readonly<Record<string, number>>,
  ): { signal: string; away: number; band: number } | null {
    for (const [signal, band] of Object.entries(this.#bands.bands)) {
      const away = Math.abs(Number(is[signal]) - Number(said[signal]));
      if (away > band + EPSILON) return { signal, away, band };
    }
    return null;
  }
}

function valuesIn(text: string): Readonly<Record<string, number>> {
  try {
    const values: unknown = JSON.parse(text);
    return typeof values === 'object' && values !== null ? (values as Record<string, number>) : {};
  } catch {
    return {};
  }
}
