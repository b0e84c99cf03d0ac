/**
 * What somebody who hears a device by exception makes of it: each reading that was held back is
 * taken to be what was said last. How far that is from the truth follows from the true values of
 * all readings, held or not. How far it may be, the plan says, until the device is set otherwise:
 * then its own word of how it is set counts, from the reading after it on, since a device is set,
 * and says so, in one instant.
 */
import { type EntryPlan, type LedgerEntry, type Plan, streamOf } from '#kernel';
import { defineOracle } from './oracle.ts';
import { isObject, type Json, readJson } from './twin/document.ts';

declare module './oracle.ts' {
  interface Oracles {
    'dead-band': DeadBandOracle;
  }
}

export default defineOracle({
  kind: 'dead-band',
  summary: 'how far from the truth the series is that is rebuilt from what was said',
  scope: 'lane',
  ops: ['dead-band/said', 'dead-band/held', 'not-sent', 'boot', 'twin/holds'],
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
  /** Held while nobody could read how wide the band was. */
  open: number;
  wrong: readonly HeldNews[];
  /** Held, and nobody accounts for it as held. */
  unaccounted: readonly number[];
  /** Held on top of what was said and never left the device, so that nobody has heard it. */
  unheard: number;
}

/** Rounding of sums. */
const EPSILON = 1e-9;
const HELD = 'held';
/** What a band is called as a setting, before the name of its signal. */
const BAND = 'band-';

export class DeadBandOracle {
  readonly #plan: Plan;
  /** By device, and of each by the stream that it samples. */
  readonly #tellings = new Map<number, Map<number, Telling>>();
  /** By device, as it is set; null for one that says everything. */
  readonly #bands = new Map<number, Bands | null>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    if (op === 'boot') {
      for (const telling of this.#tellings.get(device)?.values() ?? []) telling.forget();
    } else if ((op as string) === 'twin/holds') {
      const { settings } = entry as unknown as { settings: string };
      const bands = this.#bandsOf(device);
      if (bands !== null) bands.widths = widthsIn(readJson(settings), bands.factory);
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
    const bands = this.#bandsOf(device);
    if (entry === undefined || bands === null) return null;
    const telling = new Telling(bands, entry.everyMs);
    const tellings = this.#tellings.get(device) ?? new Map<number, Telling>();
    this.#tellings.set(device, tellings.set(stream, telling));
    return telling;
  }

  #bandsOf(device: number): Bands | null {
    let bands = this.#bands.get(device);
    if (bands === undefined) {
      bands = factoryBands(this.#plan.entries[this.#plan.devices[device]?.entry ?? -1]);
      this.#bands.set(device, bands);
    }
    return bands;
  }
}

interface Told {
  stream: number;
  n: number;
  values: string;
}

/** By signal. */
type Widths = Readonly<Record<string, number>>;

interface Bands {
  readonly factory: Widths;
  /** As the device is set; a band that nobody can read is NaN wide. */
  widths: Widths;
  readonly silenceMs: number;
}

function factoryBands(entry: EntryPlan | undefined): Bands | null {
  const params = entry?.parts.find(({ kind }) => kind === 'dead-band')?.params;
  if (params === undefined) return null;
  const factory = (params.bands ?? {}) as Widths;
  return { factory, widths: factory, silenceMs: Number(params.silence) };
}

/** A band that the settings do not name cannot be set. */
const widthsIn = (settings: Json | undefined, factory: Widths): Widths =>
  Object.fromEntries(
    Object.entries(factory).map(([signal, width]) => [
      signal,
      isObject(settings) ? Number(settings[`${BAND}${signal}`] ?? width) : Number.NaN,
    ]),
  );

class Telling {
  readonly #bands: Bands;
  readonly #everyMs: number;
  #last: { n: number; values: Readonly<Record<string, number>> } | null = null;
  #counts = { said: 0, held: 0, unheard: 0, open: 0 };
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
    if (last === null) {
      this.#wrong.push(news);
      return;
    }
    this.#heldOn.set(last.n, (this.#heldOn.get(last.n) ?? 0) + 1);
    const moved = this.#moved(last.values, values);
    if (moved !== null) this.#wrong.push({ t, n, ...moved });
    else if ((n - last.n) * this.#everyMs >= this.#bands.silenceMs) this.#wrong.push(news);
    else if (Object.values(this.#bands.widths).some(Number.isNaN)) this.#counts.open++;
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
    for (const [signal, band] of Object.entries(this.#bands.widths)) {
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
