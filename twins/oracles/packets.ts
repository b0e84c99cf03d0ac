/**
 * Packets of gateways that hold several messages: what is in each, whether that is as much and as
 * late as declared, and whether what became of one message in it became of all.
 */
import { type LedgerEntry, type Plan, streamOf } from '#kernel';
import { defineOracle } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    packets: PacketOracle;
  }
}

export default defineOracle({
  kind: 'packets',
  summary: 'what gateways put into one packet, and whether all of it had one fate',
  scope: 'lane',
  ops: [
    'gateway/took',
    'gateway/passed',
    'packets/parcel',
    'packets/sent',
    'gateway/restored',
    'sent',
    'acked',
    'observed',
    'stored',
    'online',
    'offline',
  ],
  start: ({ plan, timeline, lane }) =>
    new PacketOracle(plan, timeline.readsOf(lane ?? -1).parts.get('store') === true),
});

export interface Parcel {
  child: number;
  stream: number;
  n: number;
}

export interface WrongPacket {
  t: number;
  packet: number;
  mistake:
    | { is: 'too-many' | 'too-large'; held: number; most: number }
    | { is: 'too-late'; waitedMs: number; mostMs: number }
    | { is: 'twice'; parcel: Parcel }
    /** Not all of it was acknowledged, seen or stored as often as the rest. */
    | { is: 'in-part'; how: 'acknowledged' | 'seen' | 'stored'; parcel: Parcel; other: Parcel };
}

export interface PacketStory {
  packets: number;
  parcels: number;
  /** What they weigh on the wire, and what their parcels would weigh apart. */
  bytes: number;
  apart: number;
  wrong: readonly WrongPacket[];
}

/** So much later than it should a busy machine sends. */
const LATE_US = 500_000;

export class PacketOracle {
  readonly #plan: Plan;
  readonly #isStoreRead: boolean;
  readonly #packers = new Map<number, Packing>();

  constructor(plan: Plan, isStoreRead: boolean) {
    this.#plan = plan;
    this.#isStoreRead = isStoreRead;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    const told = entry as unknown as Told;
    if (op === 'sent' || op === 'acked' || op === 'observed' || op === 'stored') {
      const via = this.#plan.devices[device]?.via ?? null;
      const packer = via === null ? undefined : this.#packers.get(via);
      const parcel = { child: device, stream: told.stream, n: told.n };
      // What nobody acknowledges is gone once it is on the wire.
      if (op !== 'sent') packer?.fared(op, t, parcel);
      else if (this.#qosOf(parcel) === 0) packer?.gone(t, parcel);
      return;
    }
    const packing = this.#at(device);
    if (packing === null) return;
    if (op === 'online' || op === 'offline') packing.connected(t);
    else if (op === 'gateway/took') packing.took(told, told.bytes);
    else if (op === 'gateway/passed') packing.passed(t, told);
    else if (op === 'gateway/restored') packing.restored(told);
    else if (op === 'packets/parcel') packing.packed(t, told.packet, told);
    else if (op === 'packets/sent') packing.sent(t, told.packet, told.bytes, told.apart);
  }

  /** Null of whoever packs nothing. */
  of(device: number): PacketStory | null {
    const stored = (stream: number): boolean =>
      this.#isStoreRead && streamOf(this.#plan, stream)?.arrives === 'store';
    return this.#at(device)?.story(stored) ?? null;
  }

  #at(device: number): Packing | null {
    const known = this.#packers.get(device);
    if (known !== undefined) return known;
    const entry = this.#plan.entries[this.#plan.devices[device]?.entry ?? -1];
    const params = entry?.parts.find(({ kind }) => kind === 'gateway')?.params;
    if (params?.pack === undefined) return null;
    const { devices } = this.#plan;
    const goesElsewhere = (child: number): boolean => devices[child]?.fallBack !== undefined;
    // A radio that stands still takes nothing, and nobody tells how long that was.
    const isPrompt = entry?.health !== 'real';
    const packing = new Packing(params.pack as unknown as Limits, isPrompt, goesElsewhere);
    this.#packers.set(device, packing);
    return packing;
  }

  #qosOf({ child, stream }: Parcel): number {
    const entry = this.#plan.entries[this.#plan.devices[child]?.entry ?? -1];
    return streamOf(this.#plan, stream)?.qos ?? entry?.qos ?? 0;
  }
}

interface Told extends Parcel {
  packet: number;
  bytes: number;
  apart: number;
}

interface Limits {
  messages: number;
  bytes: number;
  /** Milliseconds. */
  wait: number;
}

interface Packet {
  t: number;
  readonly number: number;
  /** On the wire, and nobody acknowledges it: told before its packet is told to be sent. */
  isGone: boolean;
  /** By name, each with how often what happened to it. */
  readonly parcels: Map<string, Parcel & Fate>;
}

interface Fate {
  acked: number;
  observed: number;
  stored: number;
}

const nameOf = ({ child, stream, n }: Parcel): string => `${child} ${stream} ${n}`;

class Packing {
  readonly #limits: Limits;
  /** It sends as soon as it may. */
  readonly #isPrompt: boolean;
  /** Whether a child speaks through another gateway at times: nobody can tell the two apart. */
  readonly #goesElsewhere: (child: number) => boolean;
  readonly #packets: Packet[] = [];
  /** The packet that a message is in, by its name; the last one after it was restored. */
  readonly #in = new Map<string, Packet>();
  /** Packets of which something went again: what became of that may be the other's doing. */
  readonly #again = new Set<Packet>();
  readonly #bytes = new Map<string, number>();
  readonly #passedAt = new Map<string, number>();
  /** Which may go: taken in, or back from flash, and not gone since. */
  readonly #here = new Set<string>();
  readonly #wrong: WrongPacket[] = [];
  readonly #counts = { bytes: 0, apart: 0 };
  #connectedAt = Number.NEGATIVE_INFINITY;
  /** Packets with the connection: not acknowledged, or at QoS 0 not on the wire. */
  readonly #underWay = new Set<Packet>();
  /** Since when none is: with a window of one, the next waits until then. */
  #freeAt = Number.NEGATIVE_INFINITY;
  #current: Packet | null = null;

  constructor(limits: Limits, isPrompt: boolean, goesElsewhere: (child: number) => boolean) {
    this.#limits = limits;
    this.#isPrompt = isPrompt;
    this.#goesElsewhere = goesElsewhere;
  }

  connected(t: number): void {
    this.#connectedAt = t;
    this.#underWay.clear();
  }

  took(parcel: Parcel, bytes: number): void {
    this.#bytes.set(nameOf(parcel), bytes);
    this.#here.add(nameOf(parcel));
  }

  passed(t: number, parcel: Parcel): void {
    this.#passedAt.set(nameOf(parcel), t);
  }

  restored(parcel: Parcel): void {
    this.#here.add(nameOf(parcel));
  }

  packed(t: number, number: number, { child, stream, n }: Parcel): void {
    if (this.#current?.number !== number) {
      this.#current = { t, number, isGone: false, parcels: new Map() };
      this.#packets.push(this.#current);
    }
    const parcel = { child, stream, n };
    const name = nameOf(parcel);
    const before = this.#in.get(name);
    if (!this.#here.delete(name)) {
      this.#wrong.push({ t, packet: number, mistake: { is: 'twice', parcel } });
    }
    if (before !== undefined) this.#again.add(before).add(this.#current);
    this.#in.set(name, this.#current);
    this.#current.parcels.set(name, { ...parcel, acked: 0, observed: 0, stored: 0 });
  }

  /** Its packet is whole, and goes. */
  sent(t: number, number: number, bytes: number, apart: number): void {
    this.#counts.bytes += bytes;
    this.#counts.apart += apart;
    const packet = this.#current;
    if (packet === null || packet.number !== number) return;
    this.#current = null;
    const tell = (mistake: WrongPacket['mistake']): void =>
      void this.#wrong.push({ t, packet: number, mistake });
    const names = [...packet.parcels.keys()];
    const { messages, bytes: mostBytes, wait } = this.#limits;
    if (names.length > messages) tell({ is: 'too-many', held: names.length, most: messages });
    const held = names.reduce((sum, name) => sum + (this.#bytes.get(name) ?? 0), 0);
    if (names.length > 1 && held > mostBytes) tell({ is: 'too-large', held, most: mostBytes });
    const from = Math.min(...names.map((name) => this.#passedAt.get(name) ?? t));
    const isFree = this.#isPrompt && this.#connectedAt < from && this.#underWay.size === 0;
    if (isFree && t > Math.max(from + wait * 1000, this.#freeAt) + LATE_US) {
      tell({ is: 'too-late', waitedMs: Math.round((t - from) / 1000), mostMs: wait });
    }
    if (!packet.isGone) this.#underWay.add(packet);
  }

  fared(how: 'acked' | 'observed' | 'stored', t: number, parcel: Parcel): void {
    const packet = this.#in.get(nameOf(parcel));
    const known = packet?.parcels.get(nameOf(parcel));
    if (packet === undefined || known === undefined) return;
    known[how]++;
    if (how === 'acked') this.#arrived(t, packet);
  }

  gone(t: number, parcel: Parcel): void {
    const packet = this.#in.get(nameOf(parcel));
    if (packet === undefined) return;
    packet.isGone = true;
    this.#arrived(t, packet);
  }

  #arrived(t: number, packet: Packet): void {
    if (this.#underWay.delete(packet) && this.#underWay.size === 0) this.#freeAt = t;
  }

  story(isStored: (stream: number) => boolean): PacketStory {
    const inPart = this.#packets.flatMap((packet) => this.#inPart(packet, isStored));
    return {
      packets: this.#packets.length,
      parcels: this.#packets.reduce((sum, { parcels }) => sum + parcels.size, 0),
      ...this.#counts,
      wrong: [...this.#wrong, ...inPart],
    };
  }

  #inPart(packet: Packet, isStored: (stream: number) => boolean): WrongPacket[] {
    const { t, number, parcels } = packet;
    if (this.#again.has(packet)) return [];
    const all = [...parcels.values()].filter(({ child }) => !this.#goesElsewhere(child));
    const differ = (
      how: 'acknowledged' | 'seen' | 'stored',
      of: keyof Fate,
      among: readonly (Parcel & Fate)[],
    ): WrongPacket[] => {
      const [other] = among;
      const odd = among.find((one) => one[of] !== other?.[of]);
      if (odd === undefined || other === undefined) return [];
      const [less, more] = odd[of] < other[of] ? [odd, other] : [other, odd];
      const mistake = { is: 'in-part', how, parcel: bare(less), other: bare(more) } as const;
      return [{ t, packet: number, mistake }];
    };
    return [
      ...differ('acknowledged', 'acked', all),
      ...differ('seen', 'observed', all),
      ...differ(
        'stored',
        'stored',
        all.filter(({ stream }) => isStored(stream)),
      ),
    ];
  }
}

const bare = ({ child, stream, n }: Parcel): Parcel => ({ child, stream, n });
