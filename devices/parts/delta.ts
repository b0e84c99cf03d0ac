/**
 * Differences instead of values: what a device sends is how far each signal is from a sample that
 * the target has acknowledged, so that whoever has that one can tell the values. One in so many
 * goes whole, and so does the first after each connect, since whoever lost something must be able
 * to go on. Differences are counted from what the other side has made of the former ones, so that
 * rounding does not add up.
 */
import { type ParamValues, streamOf } from '#kernel';
import { definePart, type Part, type PartDevice, type PartMessage } from '../part.ts';

export interface DeltaSeams {
  /** From which sample the difference is taken, of those that it still knows. */
  basedOn?(device: string, honest: number, known: readonly number[]): number;
}

/** So many samples without an answer are remembered. */
const KNOWN_MAX = 64;
/** No sample: it goes whole. */
const NONE = -1;

export default definePart({
  kind: 'delta',
  summary: 'sends how far signals are from a sample that was acknowledged',
  params: {
    steps: {
      kind: 'map',
      keys: 'signal',
      about: 'By signal, what its differences are counted in; others go whole when they change.',
      of: { kind: 'number', about: 'In the unit of the signal.', min: 1e-6 },
    },
    whole: {
      kind: 'integer',
      about: 'One sample in so many goes whole.',
      default: 10,
      min: 1,
      max: 10_000,
    },
  },
  ops: {
    'delta/said': {
      device: 'device',
      stream: 'stream',
      n: 'count',
      base: 'signed',
      values: 'text',
    },
  },
  rewords: true,
  seams: ['basedOn'],
  start: (device) => new Delta(device),
});

type Values = Readonly<Record<string, unknown>>;
type Numbers = Readonly<Record<string, number>>;

/** Of one sampled stream, what the other side will make of what was sent. */
interface Sent {
  /** By number, oldest first. */
  readonly known: Map<number, Numbers>;
  /** The last that was acknowledged. */
  base: number;
  /** Since the last whole one. */
  count: number;
}

class Delta implements Part {
  readonly #device: PartDevice;
  readonly #params: ParamValues;
  readonly #sent = new Map<number, Sent>();

  constructor(device: PartDevice) {
    this.#device = device;
    this.#params = device.paramsOf('delta');
  }

  /** Nobody knows what the other side has. */
  powered(on: boolean): void {
    if (!on) this.#sent.clear();
  }

  booted(): void {
    this.#sent.clear();
  }

  /** The next one goes whole. */
  online(): void {
    for (const sent of this.#sent.values()) sent.count = Number.POSITIVE_INFINITY;
  }

  acked(stream: number, n: number): void {
    const sent = this.#sent.get(stream);
    if (sent === undefined || n < sent.base || !sent.known.has(n)) return;
    sent.base = n;
    for (const older of sent.known.keys()) if (older < n) sent.known.delete(older);
  }

  rewords({ stream, n, values }: PartMessage): Values | null {
    const device = this.#device;
    if (streamOf(device.plan, stream)?.schedule.by !== 'sampling') return null;
    const sent = this.#sentIn(stream);
    const measured = numbersIn(values);
    const base = sent.count + 1 < Number(this.#params.whole) ? this.#baseOf(sent) : NONE;
    const from = sent.known.get(base);
    const text = JSON.stringify(measured);
    if (from === undefined || !hasSameNames(from, measured)) {
      sent.count = 0;
      this.#remember(sent, n, measured);
      device.write('delta/said', { stream, n, base: NONE, values: text });
      return { whole: true, ...values };
    }
    sent.count++;
    const by = this.#differences(from, measured);
    this.#remember(sent, n, { ...measured, ...summed(from, by, Object.keys(this.#steps)) });
    device.write('delta/said', { stream, n, base, values: text });
    const also = Object.entries(values).filter(
      ([name, value]) => !Object.hasOwn(this.#steps, name) && value !== from[name],
    );
    return { of: base, by, ...(also.length === 0 ? {} : { also: Object.fromEntries(also) }) };
  }

  #baseOf(sent: Sent): number {
    const seam = this.#device.seam<DeltaSeams['basedOn']>('basedOn');
    return seam?.(this.#device.row.id, sent.base, [...sent.known.keys()]) ?? sent.base;
  }

  /** Of the named signals, those that changed by a step at least, in their unit. */
  #differences(from: Numbers, to: Numbers): Numbers {
    return Object.fromEntries(
      Object.entries(this.#steps).flatMap(([name, step]) => {
        const steps = Math.round(((to[name] ?? 0) - (from[name] ?? 0)) / step);
        return steps === 0 ? [] : [[name, Number((steps * step).toPrecision(12))] as const];
      }),
    );
  }

  #remember(sent: Sent, n: number, values: Numbers): void {
    sent.known.set(n, values);
    if (sent.known.size <= KNOWN_MAX) return;
    const [oldest] = [...sent.known.keys()].filter((one) => one !== sent.base);
    if (oldest !== undefined) sent.known.delete(oldest);
  }

  #sentIn(stream: number): Sent {
    let sent = this.#sent.get(stream);
    if (sent === undefined) {
      sent = { known: new Map(), base: NONE, count: Number.POSITIVE_INFINITY };
      this.#sent.set(stream, sent);
    }
    return sent;
  }

  get #steps(): Numbers {
    return (this.#params.steps ?? {}) as Numbers;
  }
}

const hasSameNames = (from: Numbers, to: Numbers): boolean =>
  Object.keys({ ...from, ...to }).every(
    (name) => Object.hasOwn(from, name) && Object.hasOwn(to, name),
  );

/** What the other side makes of these. */
const summed = (from: Numbers, by: Numbers, names: readonly string[]): Numbers =>
  Object.fromEntries(
    names.flatMap((name) => {
      const base = from[name];
      return base === undefined ? [] : [[name, base + (by[name] ?? 0)] as const];
    }),
  );

const numbersIn = (values: Values): Numbers =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'number' && Number.isFinite(value) ? [[name, value] as const] : [],
    ),
  );
