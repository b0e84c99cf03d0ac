/**
 * What a gateway should have read in the registers of its Modbus devices: what the device put
 * there, as near as the type and the scale of the map can hold it. It encodes nothing; it asks how
 * far what was read may lie from what was meant.
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
  summary: 'what gateways should have read in the registers of their devices',
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
  mistakes: readonly MisreadSignal[];
}

interface Place {
  signal: string;
  type: string;
  scale: number;
  offset: number;
}

type Values = Readonly<Record<string, number>>;

interface Known {
  places: readonly Place[];
  latched: { n: number; values: Values } | null;
  story: ReadingStory & { mistakes: MisreadSignal[] };
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
    if (entry.op === 'gateway/latched') known.latched = { n: told.n, values };
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
      const meant = latched?.n === n ? (latched.values[signal] ?? 0) : null;
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
    const bus = parts.find(({ kind }) => kind === 'gateway')?.params.bus as Bus;
    const places = bus?.modbus?.maps?.[entries[row.entry]?.id ?? ''];
    if (places === undefined) return null;
    return { places, latched: null, story: { child, gateway, values: 0, mistakes: [] } };
  }
}

type Bus = { modbus?: { maps?: Readonly<Record<string, readonly Place[]>> } } | undefined;

/** What does not fit stays at the end of the scale, and what lies between two steps at one. */
function isNear(read: number, meant: number, { type, scale, offset }: Place): boolean {
  const range = RANGES[type];
  if (range === undefined) {
    return Math.abs(read - meant) <= FLOAT_ASIDE * (Math.abs(meant) + Math.abs(offset)) + ROUNDING;
  }
  const ends = range.map((raw) => raw * scale + offset);
  const fits = Math.min(Math.max(...ends), Math.max(Math.min(...ends), meant));
  return Math.abs(read - fits) <= Math.abs(scale) / 2 + ROUNDING * (1 + Math.abs(fits));
}

function parsed(text: string): Values {
  try {
    const values: unknown = JSON.parse(text);
    return typeof values === 'object' && values !== null ? (values as Values) : {};
  } catch {
    return {};
  }
}
