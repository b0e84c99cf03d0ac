/**
 * Report by exception: a reading that says nothing new is held back. What is new is declared, for
 * each signal how far it must move away from what was said last; and after a while a reading goes
 * in any case, so that silence is not taken for death. What is held is accounted for, and its true
 * values are written down, so that somebody else can tell whether it was worth saying.
 */
import { type ParamValues, streamOf } from '#kernel';
import { definePart, type Part, type PartDevice, type PartMessage } from '../part.ts';

export interface DeadBandSeams {
  /** A reading lies outside its band: true holds it back all the same. */
  holdNews?(device: string, n: number): boolean;
}

const HELD = 'held';

export default definePart({
  kind: 'dead-band',
  summary: 'holds back readings that say nothing new',
  params: {
    bands: {
      kind: 'map',
      keys: 'signal',
      about: 'By signal, how far it may be from what was said last without being said.',
      of: { kind: 'number', about: 'In the unit of the signal.', min: 0 },
    },
    silence: {
      kind: 'duration',
      about: 'A reading goes after so long in any case.',
      default: '1min',
      min: '10ms',
    },
  },
  ops: {
    'dead-band/said': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
    'dead-band/held': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
  },
  holdsBack: [HELD],
  seams: ['holdNews'],
  start: (device) => new DeadBand(device),
});

type Values = Readonly<Record<string, unknown>>;

interface Said {
  values: Values;
  at: number;
}

class DeadBand implements Part {
  readonly #device: PartDevice;
  readonly #params: ParamValues;
  /** The last of each stream. */
  readonly #said = new Map<number, Said>();

  constructor(device: PartDevice) {
    this.#device = device;
    this.#params = device.paramsOf('dead-band');
  }

  /** What was said before may be forgotten on the other side too. */
  booted(): void {
    this.#said.clear();
  }

  holds({ stream, n, values, intended }: PartMessage): string | null {
    const device = this.#device;
    if (streamOf(device.plan, stream)?.schedule.by !== 'sampling') return null;
    const at = intended ?? device.now();
    const said = this.#said.get(stream);
    const holds =
      said !== undefined && (this.#saysNothing(said, values, at) || this.#isHeldAllTheSame(n));
    const text = JSON.stringify(this.#banded(values));
    device.write(holds ? 'dead-band/held' : 'dead-band/said', { stream, n, values: text });
    if (holds) return HELD;
    this.#said.set(stream, { values, at });
    return null;
  }

  #saysNothing(said: Said, values: Values, at: number): boolean {
    if (at - said.at >= Number(this.#params.silence)) return false;
    return Object.entries(this.#bands).every(
      ([name, band]) => Math.abs(Number(values[name]) - Number(said.values[name])) <= Number(band),
    );
  }

  #isHeldAllTheSame(n: number): boolean {
    const seam = this.#device.seam<DeadBandSeams['holdNews']>('holdNews');
    return seam?.(this.#device.row.id, n) === true;
  }

  #banded(values: Values): Values {
    return Object.fromEntries(Object.keys(this.#bands).map((name) => [name, values[name] ?? null]));
  }

  get #bands(): Readonly<Record<string, unknown>> {
    return (this.#params.bands ?? {}) as Readonly<Record<string, unknown>>;
  }
}
