/**
 * What relays may load and must hand out: of what lies under a path hardly more than there is, as
 * long as they keep it, and but for what they had asked for when they were interrupted; and what
 * lies in their flash in the end is what the platform has there, byte for byte.
 */
import { firmwareOf, type LedgerEntry, type Plan } from '#kernel';
import { defineOracle, type OracleFold } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    relay: RelayOracle;
  }
}

export default defineOracle({
  kind: 'relay',
  summary: 'what relays may load and must hand out',
  scope: 'lane',
  ops: ['relay/fetched', 'relay/room', 'relay/whole', 'relay/served'],
  start: ({ plan }) => new RelayOracle(plan),
});

/** What was loaded of one path, from when there was room for it to when it was thrown away. */
interface RelayLoad {
  path: string;
  size: number;
  bytes: number;
  cuts: number;
  /** Microseconds: when the last of it came. */
  t: number;
  /** Far more than there is. */
  isWasteful: boolean;
}

interface RelayWhole {
  path: string;
  t: number;
  /** Whether it is what it should be; null where nobody can tell. */
  isTrue: boolean | null;
}

export interface RelayStory {
  loads: readonly RelayLoad[];
  wholes: readonly RelayWhole[];
  /** It passed on what it had room for. */
  turnedAway: readonly { t: number; path: string }[];
  /** Bytes handed out, and bytes that came for that. */
  served: number;
  fetched: number;
}

/** So much of what there is is loaded at most, but for what interruptions cost. */
const MORE = 1.05;
const PAGE_BYTES = 256;

type Fields = Readonly<Record<string, number | string | boolean>>;
type Load = Omit<RelayLoad, 'isWasteful'>;

interface Relay {
  /** By path, while it is kept. */
  kept: Map<string, Load>;
  before: Load[];
  wholes: RelayWhole[];
  turnedAway: { t: number; path: string }[];
  served: number;
  fetched: number;
}

export class RelayOracle implements OracleFold {
  readonly #plan: Plan;
  readonly #relays = new Map<number, Relay>();
  /** What the platform has, by path: the digest. */
  readonly #digests: ReadonlyMap<string, string>;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#digests = digestsOf(plan);
  }

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    const fields = entry as unknown as Fields;
    const relay = this.#at(device);
    const [path, size, bytes] = [String(fields.path), Number(fields.size), Number(fields.bytes)];
    const op = entry.op as string;
    if (op === 'relay/served') relay.served += bytes;
    else if (op === 'relay/whole') {
      const digest = this.#digests.get(path);
      const isTrue = digest === undefined ? null : digest === String(fields.sha256);
      relay.wholes.push({ path, t, isTrue });
    } else if (op === 'relay/room') this.#room(device, t, path, size, String(fields.what));
    else if (op === 'relay/fetched') {
      relay.fetched += bytes;
      const load = relay.kept.get(path);
      if (load === undefined) return;
      load.bytes += bytes;
      load.t = t;
      if (fields.cut === true) load.cuts++;
    }
  }

  /** Null of what hands nothing on. */
  of(device: number): RelayStory | null {
    const params = this.#paramsOf(device);
    if (params === null) return null;
    const { kept, before, ...told } = this.#at(device);
    const again = params.range + PAGE_BYTES;
    const loads = [...before, ...kept.values()].map((load) => ({
      ...load,
      isWasteful: load.bytes > MORE * load.size + again * load.cuts,
    }));
    return { ...told, loads };
  }

  #room(device: number, t: number, path: string, size: number, what: string): void {
    const { kept, before, turnedAway } = this.#at(device);
    if (what === 'takes') kept.set(path, { path, size, bytes: 0, cuts: 0, t });
    else if (what === 'evicts') {
      const load = kept.get(path);
      if (load !== undefined) before.push(load);
      kept.delete(path);
    } else {
      const held = [...kept.values()].reduce((sum, load) => sum + load.size, 0);
      const room = this.#paramsOf(device)?.cache ?? 0;
      if (held + size <= room) turnedAway.push({ t, path });
    }
  }

  #at(device: number): Relay {
    let relay = this.#relays.get(device);
    if (relay === undefined) {
      const counts = { served: 0, fetched: 0 };
      relay = { kept: new Map(), before: [], wholes: [], turnedAway: [], ...counts };
      this.#relays.set(device, relay);
    }
    return relay;
  }

  #paramsOf(device: number): { cache: number; range: number } | null {
    const entry = this.#plan.entries[this.#plan.devices[device]?.entry ?? -1];
    const params = entry?.parts.find(({ kind }) => kind === 'relay')?.params;
    return params === undefined
      ? null
      : { cache: Number(params.cache), range: Number(params.range) };
  }
}

/** Of what is served as it was signed; what somebody spoilt on the way is something else. */
function digestsOf(plan: Plan): Map<string, string> {
  const honest = firmwareOf(plan).filter(({ campaign }) => campaign.spoil === 'none');
  return new Map(
    honest.flatMap(({ campaign: { name, image } }): [string, string][] => [
      [`/ota/${name}`, image.sha256],
      ...(image.delta === undefined
        ? []
        : ([[`/ota/${name}/delta`, image.delta.sha256]] as [string, string][])),
    ]),
  );
}
