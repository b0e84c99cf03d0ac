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
    'dead-band/said': { device: 'device', n: 'count', values: 'text' },
    'dead-band/held': { device: 'device', n: 'count', values: 'text' },
  },
  withholds: [HELD],
  seams: ['holdNews'],
  start: (device) => new DeadBand(device),
});

type Values = Readonly<Record<string, unknown>>;

class DeadBand implements Part {
  readonly #device: PartDevice;
  readonly #params: ParamValues;
  #said: { values: Values; at: number } | null = null;

  constructor(device: PartDevice) {
    this.#device = device;
    this.#params = device.paramsOf('dead-band');
  }

  /** What was said before may be forgotten on the other side too. */
  booted(): void {
    this.#said = null;
  }

  holds({ stream, n, values, intended }: PartMessage): string | null {
    const device = this.#device;
    if (streamOf(device.plan, stream)?.schedule.by !== 'sampling') return null;
    const at = intended ?? device.now();
    const holds = this.#saysNothing(values, at) || this.#isHeldAllTheSame(n);
    const text = JSON.stringify(this.#banded(values));
    device.write(holds ? 'dead-band/held' : 'dead-band/said', { n, values: text });
    if (holds) return HELD;
    this.#said = { values, at };
    return null;
  }

  #saysNothing(values: Values, at: number): boolean {
    const said = this.#said;
    if (said === null || at - said.at >= Number(this.#params.silence)) return false;
    return Object.entries(this.#bands).every(
      ([name, band]) => Math.abs(Number(values[name]) - Number(said.values[name])) <= Number(band),
    );
  }

  #isHeldAllTheSame(n: number): boolean {
    const seam = this.#device.seam<DeadBandSeams['holdNews']>('holdNews');
    return this.#said !== null && seam?.(this.#device.row.id, n) === true;
  }

  #banded(values: Values): Values {
    return Object.fromEntries(Object.keys(this.#bands).map((name) => [name, values[name] ?? null]));
  }

  get #bands(): Readonly<Record<string, unknown>> {
    return (this.#params.bands ?? {}) as Readonly<Record<string, unknown>>;
  }
}
