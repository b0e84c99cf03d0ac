/**
 * The metrics of each device by name and alias, which its birth tells the world. They are all known
 * from the plan: who a message is, each signal that its model measures, and one text for each
 * stream, with whatever else that says. An alias is a number that a device has for itself in the
 * whole run, so that whoever knows the plan reads data without having seen a birth.
 */
import type { DialectFleet, SpokenFor } from '../dialect.ts';
import { DATA_TYPE, type Metric } from './payload.ts';

/** Metrics that are not of any stream. */
export const NAMES = {
  stream: 'Twinstorm/Stream',
  number: 'Twinstorm/Number',
  boot: 'Twinstorm/Boot',
  due: 'Twinstorm/Due',
  session: 'bdSeq',
  rebirth: 'Node Control/Rebirth',
} as const;

/** Of one device; no plan comes near as many. */
const ALIASES = 1024;

/** A metric as a birth names it. */
export interface Word {
  name: string;
  alias: number;
  datatype: number;
}

const OWN: readonly (readonly [string, number])[] = [
  [NAMES.stream, DATA_TYPE.string],
  [NAMES.number, DATA_TYPE.uint64],
  [NAMES.boot, DATA_TYPE.uint64],
  [NAMES.due, DATA_TYPE.double],
];

/** A node has these two besides. */
const OF_NODE: readonly (readonly [string, number])[] = [
  [NAMES.session, DATA_TYPE.int64],
  [NAMES.rebirth, DATA_TYPE.boolean],
];

export class Vocabulary {
  readonly #fleet: DialectFleet | null;
  readonly #words = new Map<string, ReadonlyMap<string, Word>>();
  readonly #names = new Map<number, readonly string[]>();

  constructor(fleet: DialectFleet | null) {
    this.#fleet = fleet;
  }

  /** Of a device that the plan knows, by name. */
  of(device: SpokenFor): ReadonlyMap<string, Word> {
    let words = this.#words.get(device.id);
    if (words === undefined) {
      words = wordsOf(device, this.#fleet);
      this.#words.set(device.id, words);
    }
    return words;
  }

  /** What the metric of a message is called, however it calls itself. */
  nameOf({ name, alias }: Metric): string | null {
    if (name !== undefined || alias === undefined) return name ?? null;
    const index = Math.floor(alias / ALIASES) - 1;
    let names = this.#names.get(index);
    if (names === undefined) {
      const device = this.#fleet?.at(index);
      if (device === undefined) return null;
      names = [...this.of(device).keys()];
      this.#names.set(index, names);
    }
    return names[alias % ALIASES] ?? null;
  }
}

function wordsOf(device: SpokenFor, fleet: DialectFleet | null): ReadonlyMap<string, Word> {
  const streams = device.streams.filter((name) => !hasNoPlace(fleet?.stream(name)));
  const sampled = streams.filter((name) => fleet?.stream(name)?.schedule.by === 'sampling');
  const all: (readonly [string, number])[] = [
    ...OWN,
    ...(device.carrier === null ? OF_NODE : []),
    ...sampled.flatMap((stream) =>
      device.signals.map((signal) => [metricOf(stream, signal), DATA_TYPE.double] as const),
    ),
    ...streams.map((stream) => [stream, DATA_TYPE.string] as const),
  ];
  const first = (device.index + 1) * ALIASES;
  return new Map(all.map(([name, datatype], at) => [name, { name, alias: first + at, datatype }]));
}

/** Sparkplug retains nothing, and acknowledges nothing but a will. */
export const hasNoPlace = (stream: ReturnType<DialectFleet['stream']>): boolean =>
  stream !== undefined && (stream.retained || (stream.qos ?? 0) > 0);

/** A signal of a stream. */
export const metricOf = (stream: string, signal: string): string => `${stream}/${signal}`;
