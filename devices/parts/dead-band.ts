/**
 * Report by exception: a reading that says nothing new is held back. What is new is declared, for
 * each signal how far it must move away from what was said last, and can be set from afar; and
 * after a while a reading goes in any case, so that silence is not taken for death. What is held is
 * accounted for, and its true values are written down, so that somebody else can tell whether it
 * was worth saying.
 */
import { assert, type ParamValues, streamOf } from '#kernel';
import { definePart, type Part, type PartDevice, type PartMessage } from '../part.ts';

export interface DeadBandSeams {
  /** A reading lies outside its band: true holds it back all the same. */
  holdNews?(device: string, n: number): boolean;
  /** A band has been set so wide: by which width it truly goes. */
  heedBand?(device: string, set: number, before: number): number;
}

const HELD = 'held';
/** A setting is called so, before the name of its signal. */
const BAND = 'band-';
/** A band is set in tenths of what its entry says. */
const TENTHS = 10;
/** What lies beyond is left over of a product. */
const DIGITS = 12;

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
    most: {
      kind: 'integer',
      about: 'A band can be set up to so many times as wide.',
      default: 4,
      min: 1,
      max: 1000,
    },
    silence: {
      kind: 'duration',
      about: 'A reading goes after so long in any case.',
      default: '1min',
      min: '10ms',
    },
  },
  settings: ({ bands, most }) =>
    Object.entries(widthsIn(bands)).flatMap(([signal, width]) => {
      const about = `How far ${signal} may be from what was said last.`;
      const high = Number((width * Number(most)).toPrecision(DIGITS));
      const grid = { low: 0, high, step: width / TENTHS };
      return width > 0 ? [{ name: `${BAND}${signal}`, about, ...grid, factory: width }] : [];
    }),
  ops: {
    'dead-band/said': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
    'dead-band/held': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
  },
  holdsBack: [HELD],
  seams: ['holdNews', 'heedBand'],
  start: (device) => new DeadBand(device),
});

type Values = Readonly<Record<string, unknown>>;

/** As the entry says. */
const widthsIn = (bands: ParamValues[string] | undefined): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(bands ?? {}).map(([signal, width]) => [signal, Number(width)] as const),
  );

/** How wide a band is set, and by which width it goes: the same in honest firmware. */
interface Width {
  set: number;
  truly: number;
}

interface Said {
  values: Values;
  at: number;
}

class DeadBand implements Part {
  readonly #device: PartDevice;
  readonly #silenceMs: number;
  readonly #widths: ReadonlyMap<string, Width>;
  /** The last of each stream. */
  readonly #said = new Map<number, Said>();

  constructor(device: PartDevice) {
    this.#device = device;
    const { bands, silence } = device.paramsOf('dead-band');
    this.#silenceMs = Number(silence);
    const widths = Object.entries(widthsIn(bands));
    this.#widths = new Map(widths.map(([signal, set]) => [signal, { set, truly: set }]));
  }

  setting(name: string): number {
    return this.#widthOf(name).set;
  }

  set(name: string, value: number): void {
    const width = this.#widthOf(name);
    const heed = this.#device.seam<DeadBandSeams['heedBand']>('heedBand');
    width.truly = heed?.(this.#device.row.id, value, width.truly) ?? value;
    width.set = value;
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
    if (at - said.at >= this.#silenceMs) return false;
    return [...this.#widths].every(
      ([name, { truly }]) => Math.abs(Number(values[name]) - Number(said.values[name])) <= truly,
    );
  }

  #isHeldAllTheSame(n: number): boolean {
    const seam = this.#device.seam<DeadBandSeams['holdNews']>('holdNews');
    return seam?.(this.#device.row.id, n) === true;
  }

  #banded(values: Values): Values {
    return Object.fromEntries([...this.#widths.keys()].map((name) => [name, values[name] ?? null]));
  }

  #widthOf(setting: string): Width {
    const width = this.#widths.get(setting.slice(BAND.length));
    assert(width !== undefined, `it offers no setting ${setting}`);
    return width;
  }
}
