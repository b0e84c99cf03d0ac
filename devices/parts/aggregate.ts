/**
 * Windows instead of samples: a device adds up what it measures over a tumbling window of its own
 * grid, and sends the least, the most and the mean. What it measured is accounted for as
 * aggregated, and its true values are written down, so that somebody else can add them up again.
 * What a window holds lives in memory alone: a loss of power takes it, and the next one says that
 * it is short.
 */
import { type ParamValues, streamOf } from '#kernel';
import { definePart, type Part, type PartDevice, type PartMessage } from '../part.ts';

export interface AggregateSeams {
  /** To which window the last sample of one belongs: its own, by its place on the grid. */
  windowOfLast?(device: string, n: number, honest: number): number;
  /** A window begins: false goes on with the sum of all before. */
  beginsAnew?(device: string, window: number): boolean;
}

const AGGREGATED = 'aggregated';
/** A window says a few words of each. */
const SIGNALS_MAX = 10;

export default definePart({
  kind: 'aggregate',
  summary: 'sends the least, the most and the mean of a window instead of its samples',
  params: {
    window: {
      kind: 'duration',
      about: 'How long a window is: so many intervals between two samples.',
      wholeOf: 'every',
    },
    signals: {
      kind: 'list',
      about: 'What is added up.',
      of: { kind: 'text', about: 'A signal of the model.', names: 'signal' },
      min: 1,
      max: SIGNALS_MAX,
    },
  },
  streams: [
    { name: 'aggregate', noun: 'window', way: 'up', kept: true, schedule: { by: 'event' } },
  ],
  ops: {
    'aggregate/sampled': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
    'aggregate/closed': {
      device: 'device',
      stream: 'stream',
      n: 'count',
      window: 'count',
      count: 'count',
      cut: 'text',
      values: 'text',
    },
  },
  holdsBack: [AGGREGATED],
  seams: ['windowOfLast', 'beginsAnew'],
  start: (device) => new Aggregate(device),
});

/** What is known of one signal in a window. */
interface Sum {
  min: number;
  max: number;
  total: number;
  count: number;
}

interface Window {
  readonly stream: number;
  /** Its place among the windows of the grid. */
  readonly index: number;
  readonly sums: ReadonlyMap<string, Sum>;
  /** It began before its device did. */
  readonly isLate: boolean;
  count: number;
  /** The last sample in it: its number, and when it was due. */
  last: { n: number; at: number };
}

class Aggregate implements Part {
  readonly #device: PartDevice;
  readonly #params: ParamValues;
  readonly #stream: number;
  /** Samples in a window. */
  readonly #length: number;
  /** Of each sampled stream the window that is open. */
  readonly #open = new Map<number, Window>();
  /** Of each, the sums of the window before. */
  readonly #before = new Map<number, ReadonlyMap<string, Sum>>();
  /** Of which streams it has seen a sample since it came up. */
  readonly #seen = new Set<number>();
  #next = 0;

  constructor(device: PartDevice) {
    this.#device = device;
    this.#params = device.paramsOf('aggregate');
    this.#stream = device.code('aggregate');
    this.#length = Math.max(1, Math.round(Number(this.#params.window) / device.entry.everyMs));
  }

  powered(on: boolean): void {
    if (!on) this.#forget();
  }

  booted(): void {
    this.#forget();
  }

  holds({ stream, n, values, intended }: PartMessage): string | null {
    const device = this.#device;
    if (streamOf(device.plan, stream)?.schedule.by !== 'sampling') return null;
    const at = intended ?? device.now();
    const named = this.#named(values);
    device.write('aggregate/sampled', { stream, n, values: JSON.stringify(named) });
    const index = this.#windowOf(n);
    const open = this.#open.get(stream);
    if (open !== undefined && open.index !== index) this.#close(open, false);
    const window = this.#open.get(stream) ?? this.#begin(stream, index, n, at);
    for (const [name, sum] of window.sums) add(sum, named[name]);
    window.count++;
    window.last = { n, at };
    if (this.#windowOf(n + 1) !== index) this.#close(window, false);
    return AGGREGATED;
  }

  /** No sample comes any more: what is open goes, short as it is. */
  account(): void {
    for (const window of [...this.#open.values()]) this.#close(window, true);
  }

  #forget(): void {
    this.#open.clear();
    this.#before.clear();
    this.#seen.clear();
  }

  #windowOf(n: number): number {
    const honest = Math.floor(n / this.#length);
    if ((n + 1) % this.#length !== 0) return honest;
    const seam = this.#device.seam<AggregateSeams['windowOfLast']>('windowOfLast');
    return seam?.(this.#device.row.id, n, honest) ?? honest;
  }

  #begin(stream: number, index: number, n: number, at: number): Window {
    const isLate = !this.#seen.has(stream) && n > index * this.#length;
    this.#seen.add(stream);
    const seam = this.#device.seam<AggregateSeams['beginsAnew']>('beginsAnew');
    const isNew = seam?.(this.#device.row.id, index) !== false;
    const before = isNew ? undefined : this.#before.get(stream);
    const sums = new Map(
      this.#names.map((name): [string, Sum] => {
        const { total = 0, count = 0 } = before?.get(name) ?? {};
        return [
          name,
          { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, total, count },
        ];
      }),
    );
    const window: Window = { stream, index, sums, isLate, count: 0, last: { n, at } };
    this.#open.set(stream, window);
    return window;
  }

  #close(window: Window, isEnd: boolean): void {
    const { stream, index, sums, count, last, isLate } = window;
    const device = this.#device;
    this.#open.delete(stream);
    this.#before.set(stream, sums);
    const isShort = isEnd && last.n + 1 < (index + 1) * this.#length;
    const cut = [isLate ? 'boot' : '', isShort ? 'end' : ''].filter((why) => why !== '').join('+');
    const told = Object.fromEntries([...sums].flatMap(([name, sum]) => saidOf(name, sum)));
    const n = this.#next++;
    const values = JSON.stringify(told);
    device.write('aggregate/closed', { stream, n, window: index, count, cut, values });
    const { firstAt } = device.row;
    const { everyMs } = device.entry;
    const from = firstAt + index * this.#length * everyMs;
    const span = { from, to: from + this.#length * everyMs, count, ...(cut === '' ? {} : { cut }) };
    const message = { window: span, signals: told };
    device.send({ stream: this.#stream, n, intended: last.at, instead: true, values: message });
  }

  get #names(): string[] {
    return [...new Set((this.#params.signals ?? []) as readonly string[])];
  }

  #named(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#names.map((name) => [name, values[name] ?? null]));
  }
}

/** What is no number is in no sum: a ledger has one word for all of that. */
function add(sum: Sum, value: unknown): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) return;
  sum.min = Math.min(sum.min, value);
  sum.max = Math.max(sum.max, value);
  sum.total += value;
  sum.count++;
}

/** Nothing of a signal that was not measured. */
function saidOf(name: string, { min, max, total, count }: Sum) {
  return min > max ? [] : [[name, { min, max, mean: total / count }] as const];
}
