/**
 * An interval that adapts: while its signals are calm, a device says only every second, fourth,
 * eighth … of its samples, up to a declared multiple; when one has moved, it is back at its own
 * interval at once. What it leaves out in between it does not even look at, so a change is noticed
 * at the next sample that is said.
 */
import { type ParamValues, streamOf } from '#kernel';
import { definePart, type Part, type PartDevice, type PartMessage } from '../part.ts';

export interface AdaptiveSeams {
  /** Something has moved: true stays at the long interval all the same. */
  staysLong?(device: string, n: number): boolean;
}

const CALM = 'calm';
/** What differences of decimals are beside themselves by. */
const EPSILON = 1e-9;

export default definePart({
  kind: 'adaptive',
  summary: 'lengthens its interval while signals are calm',
  params: {
    most: {
      kind: 'integer',
      about: 'How many times its own interval a device may wait at most.',
      default: 8,
      min: 2,
      max: 1000,
    },
    calm: {
      kind: 'map',
      keys: 'signal',
      about: 'By signal, how far it may be from what was said last and still be calm.',
      of: { kind: 'number', about: 'In the unit of the signal.', min: 0 },
    },
  },
  ops: {
    'adaptive/said': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
  },
  holdsBack: [CALM],
  seams: ['staysLong'],
  start: (device) => new Adaptive(device),
});

type Values = Readonly<Record<string, unknown>>;

/** Of one sampled stream: what was said last, and after how many samples it says the next one. */
interface Pace {
  values: Values;
  n: number;
  step: number;
}

class Adaptive implements Part {
  readonly #device: PartDevice;
  readonly #params: ParamValues;
  readonly #paces = new Map<number, Pace>();

  constructor(device: PartDevice) {
    this.#device = device;
    this.#params = device.paramsOf('adaptive');
  }

  /** It begins at its own interval. */
  booted(): void {
    this.#paces.clear();
  }

  holds({ stream, n, values }: PartMessage): string | null {
    const device = this.#device;
    if (streamOf(device.plan, stream)?.schedule.by !== 'sampling') return null;
    const pace = this.#paces.get(stream);
    if (pace !== undefined && n < pace.n + pace.step) return CALM;
    this.#paces.set(stream, { values, n, step: this.#stepAfter(pace, values, n) });
    device.write('adaptive/said', { stream, n, values: JSON.stringify(this.#named(values)) });
    return null;
  }

  #stepAfter(pace: Pace | undefined, values: Values, n: number): number {
    if (pace === undefined) return 1;
    const isCalm = Object.entries(this.#bands).every(([name, band]) => {
      const away = Math.abs(numberIn(values, name) - numberIn(pace.values, name));
      return away <= Number(band) + EPSILON;
    });
    if (isCalm) return Math.min(2 * pace.step, Number(this.#params.most));
    const seam = this.#device.seam<AdaptiveSeams['staysLong']>('staysLong');
    return pace.step > 1 && seam?.(this.#device.row.id, n) === true ? pace.step : 1;
  }

  #named(values: Values): Values {
    return Object.fromEntries(Object.keys(this.#bands).map((name) => [name, values[name] ?? null]));
  }

  get #bands(): Readonly<Record<string, unknown>> {
    return (this.#params.calm ?? {}) as Readonly<Record<string, unknown>>;
  }
}

/** What is no number is near to nothing, and a ledger has one word for all of that. */
function numberIn(values: Values, name: string): number {
  const value = values[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
}
