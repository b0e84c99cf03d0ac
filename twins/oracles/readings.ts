/**
 * What a gateway should have read of its children: what a Modbus device put into its registers, as
 * near as the type and the scale of the map can hold it, and what the resources of an observed one
 * said, as it is. It encodes nothing; it asks how far what was read may lie from what was meant.
 */
import type { LedgerEntry, Plan } from '#kernel';
import { defineOracle } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    readings: ReadingOracle;
  }
}

export default defineOracle({
  kind: 'readings',
  summary: 'what gateways should have read of the values of their devices',
  scope: 'lane',
  ops: ['gateway/latched', 'gateway/decoded'],
  start: ({ plan }) => new ReadingOracle(plan),
});

export interface MisreadSignal {
  t: number;
  n: number;
  signal: string;
  /** As the device had it; null where the device had never put such a reading there. */
  meant: number | null;
  read: number;
}

export interface ReadingStory {
  child: number;
  gateway: number;
  /** Values that were read. */
  values: number;
  /** Readings of which the ledger does not hold all that was said. */
  cut: number;
  mistakes: readonly MisreadSignal[];
}

/** A register by its map, or a signal that goes as it is. */
interface Place {
  signal: string;
  type?: string;
  scale?: number;
  offset?: number;
}

type Values = Readonly<Record<string, number>>;

interface Known {
  places: readonly Place[];
  /** By number; the last one alone where a device keeps no more. Null where some is cut off. */
  latched: Map<number, Values | null>;
  keeps: number;
  story: ReadingStory & { mistakes: MisreadSignal[]; cut: number };
}

/** From the least to the most that lies in so many bits. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
  int32: [-2_147_483_648, 2_147_483_647],
  uint32: [0, 4_294_967_295],
};
/** What a float of 32 bits keeps of a value. */
const FLOAT_ASIDE = 1e-6;
const ROUNDING = 1e-9;

export class ReadingOracle {
  readonly #plan: Plan;
  /** By gateway and child: who may fall back is read by two, each by a map of its own. */
  readonly #children = new Map<string, Known | null>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  step(entry: LedgerEntry): void {
    const told = entry as unknown as { child: number; n: number; values: string };
    const known = this.#at(entry.device, told.child);
    const values = parsed(told.values);
    if (known === null) return;
    if (entry.op === 'gateway/latched') latch(known, told.n, values);
    else if (values === null || known.latched.get(told.n) === null) known.story.cut++;
    else this.#read(known, entry.t, told.n, values);
  }

  /** Of each gateway that may read it, its own first. */
  of(child: number): readonly ReadingStory[] {
    const { via, fallBack } = this.#plan.devices[child] ?? {};
    return [via, fallBack].flatMap(
      (gateway) => this.#children.get(`${gateway}/${child}`)?.story ?? [],
    );
  }

  #read({ places, latched, story }: Known, t: number, n: number, read: Values): void {
    for (const place of places) {
      const { signal } = place;
      const had = latched.get(n);
      const meant = had === undefined || had === null ? null : (had[signal] ?? 0);
      const is = read[signal] ?? Number.NaN;
      story.values++;
      if (meant === null || !isNear(is, meant, place)) {
        story.mistakes.push({ t, n, signal, meant, read: is });
      }
    }
  }

  #at(gateway: number, child: number): Known | null {
    const name = `${gateway}/${child}`;
    const known = this.#children.get(name);
    if (known !== undefined) return known;
    const made = this.#made(gateway, child);
    this.#children.set(name, made);
    return made;
  }

  #made(gateway: number, child: number): Known | null {
    const { devices, entries } = this.#plan;
    const row = devices[child];
    if (row === undefined || ![row.via, row.fallBack].includes(gateway)) return null;
    const parts = entries[devices[gateway]?.entry ?? -1]?.parts ?? [];
    const bus = parts.find(({ kind }) => kind === 'gateway')?.params.bus as Bus | undefined;
    const entry = entries[row.entry]?.id ?? '';
    const said = LINES.flatMap(({ placesOf, keeps }) => {
      const places = bus === undefined ? undefined : placesOf(bus, entry);
      return places === undefined ? [] : [{ places, keeps }];
    });
    const [line] = said;
    if (line === undefined) return null;
    const story = { child, gateway, values: 0, cut: 0, mistakes: [] };
    return { ...line, latched: new Map(), story };
  }
}

interface Bus {
  modbus?: { maps?: Readonly<Record<string, readonly Place[]>> };
  coap?: { resources?: Readonly<Record<string, readonly { signals: readonly string[] }[]>> };
}

/** How what is read is said, by each kind of bus on which the gateway reads values. */
const LINES: readonly {
  placesOf(bus: Bus, entry: string): readonly Place[] | undefined;
  /** So many readings of a device may wait to be read, or be on their way. */
  keeps: number;
}[] = [
  { placesOf: ({ modbus }, entry) => modbus?.maps?.[entry], keeps: 1 },
  {
    placesOf: ({ coap }, entry) =>
      coap?.resources?.[entry]?.flatMap(({ signals }) => signals.map((signal) => ({ signal }))),
    keeps: 64,
  },
];

/** Whether what a gateway reads on such a bus is judged. */
export const isReadOn = (bus: unknown): boolean =>
  typeof bus === 'object' && bus !== null && ('modbus' in bus || 'coap' in bus);

function latch({ latched, keeps }: Known, n: number, values: Values | null): void {
  latched.delete(n);
  latched.set(n, values);
  for (const [oldest] of latched) if (latched.size > keeps) latched.delete(oldest);
}

/** What does not fit stays at the end of the scale, and what lies between two steps at one. */
function isNear(read: number, meant: number, place: Place): boolean {
  const { type, scale = 1, offset = 0 } = place;
  if (type === undefined) return read === meant;
  const range = RANGES[type];
  if (range === undefined) {
    return Math.abs(read - meant) <= FLOAT_ASIDE * (Math.abs(meant) + Math.abs(offset)) + ROUNDING;
  }
  const ends = range.map((raw) => raw * scale + offset);
  const fits = Math.min(Math.max(...ends), Math.max(Math.min(...ends), meant));
  return Math.abs(read - fits) <= Math.abs(scale) / 2 + ROUNDING * (1 + Math.abs(fits));
}

/** Null where it is not whole: an entry of the ledger has an end. */
function parsed(text: string): Values | null {
  try {
    const values: unknown = JSON.parse(text);
    return typeof values === 'object' ? (values as Values | null) : null;
  } catch {
    return null;
  }
}
