/**
 * The contract of a dialect: how a message becomes a packet of one target, and what can be read
 * back from a packet that arrived. A dialect is bound to one run. Reading never throws: of what it
 * cannot read it sees no message, and the caller writes it down as foreign or garbled.
 */
import {
  type DeclaredOp,
  type FieldValue,
  type Message,
  type Packet,
  type Qos,
  type Sighting,
  type Speaker,
  type StreamPlan,
  stamp,
} from '#kernel';
import type { Codec } from './codec.ts';

export interface Dialect {
  /** One packet for one message. A packet that arrives may hold more of them, see `decode`. */
  encode(message: Message): Packet;
  /**
   * The messages of a packet, in their order; none where it cannot be read. Damaged values do not
   * hide an identity, since the payload hash is what proves the damage.
   */
  decode(topic: string, payload: Uint8Array): readonly Sighting[];
  /**
   * What of a message is the same wherever it is seen, for a target that passes it on in another
   * form: the hashes of the ledger are of this. Absent where bytes arrive as they were sent.
   */
  core?(topic: string, payload: Uint8Array): Uint8Array;
  /** Whose topic it is, whatever came on it; null where only a payload tells. */
  place(topic: string): { device: string; stream: string } | null;
  /** The values of each message, as `decode` counts them; empty where they cannot be read. */
  values(payload: Uint8Array): readonly Readonly<Record<string, unknown>>[];
  /** Where messages of a stream of a device go. */
  topicOf(place: Place): string;
  /** Topic filters that cover these lanes, and more than these when `fansIn`. */
  subscriptions(lanes: readonly number[]): string[];
  /**
   * What a device subscribes to for streams that come down to it, or its carrier for it. Where a
   * target hands on in another form (`core`), these need not be the topics on which others send.
   */
  downFilters(lane: number, device: string, streams: readonly string[], by?: 'carrier'): string[];
  /** The least QoS at which it has devices subscribe, whatever is sent; absent where none. */
  listensAt?: Qos;
  /** What a carrier says of those that it carries, each time it is let in. */
  introduces?(devices: readonly string[]): readonly Parcelled[];
  /**
   * What a carrier subscribes to besides, for those that fall back on it: what a target sends
   * through it, and not through their own. Absent where nothing can be sent so.
   */
  relayFilter?(lane: number, carrier: string): string;
  /** Absent where a packet holds one message and no more. */
  parcels?: Parcels;
  /** True where topics do not tell the lane: every observer sees the whole fleet. */
  fansIn: boolean;
  /** How an operator asks for twins by message; absent where a target answers no such thing. */
  twins?: TwinTalk;
  /**
   * What a packet says of the connection that brought it, beside the messages in it; null for one
   * that says nothing. Observers write it down, and no such packet is a stranger.
   */
  frame?(topic: string, payload: Uint8Array): Frame | null;
  /**
   * What a connection adds of its own, by a clock of milliseconds since the run began; absent where
   * packets go as they are encoded.
   */
  counted?(device: string, seams: object | null, now: () => number): Counted;
  /** Where a device may publish and listen beside its own topics of the native dialect. */
  owned?(device: string): readonly string[];
}

/** As an op of a part of the devices, whose fields these are beside the devices. */
export interface Frame {
  op: DeclaredOp;
  /** Whose connection it is. */
  device: string;
  /** Of those it carries, the one that it is about; null where it is about itself. */
  about: string | null;
  fields: Readonly<Record<string, FieldValue>>;
}

/**
 * One connection of a device, over all its lives: packets that only it can make, and what it adds
 * to those that go over it. All of it goes at QoS 0, past whatever waits, but for the will.
 */
export interface Counted {
  /** A connection is asked for: the will that goes with it, made of that of the device. */
  connecting(will: Packet | null): Packet | null;
  /** The target let it in, and has been told what it listens to. */
  connected(): readonly Packet[];
  /** A packet is about to be written: what goes ahead of it, and itself as it goes. */
  leaves(packet: Packet): { ahead: readonly Packet[]; packet: Packet };
  /** Something came down: what is answered at once. */
  heard(topic: string, payload: Uint8Array): readonly Packet[];
  /** One that it carries is there, or no longer. */
  carries(device: string, isThere: boolean): readonly Packet[];
  /** It is about to take its leave on purpose. */
  goodbye(): readonly Packet[];
}

/** Questions about twins, and answers to them, as packets. */
export interface TwinTalk {
  /** Where somebody is answered. */
  filters(user: string): string[];
  /** Reads a twin, or changes it where a body says how. */
  ask(question: TwinQuestion): { topic: string; payload: Uint8Array };
  /** Null for what answers nobody. */
  answer(topic: string, payload: Uint8Array): TwinAnswer | null;
  /** An observer may see what others ask of the target: that is no message of a device. */
  isTalk(topic: string, payload: Uint8Array): boolean;
}

export interface TwinQuestion {
  user: string;
  device: string;
  /** By which the answer is known. */
  id: string;
  change: TwinWish | null;
}

/** As the API of the platform twin takes it. */
export interface TwinWish {
  desired: object;
  version?: number;
  who: string;
  token: string;
}

export interface TwinAnswer {
  id: string;
  status: number;
  body: unknown;
}

/** A packet that holds others: each is a message of its own, with the bytes that it has alone. */
export interface Parcels {
  /** On a topic of whoever brings them. */
  pack(carrier: Omit<Place, 'stream'>, parcels: readonly Parcelled[]): Parcelled;
  /** In their order; null for what is no such packet, or cannot be read. */
  unpack(topic: string, payload: Uint8Array): readonly Parcelled[] | null;
}

export type Parcelled = Pick<Packet, 'topic' | 'payload'>;

export interface Place {
  lane: number;
  device: string;
  stream: string;
  /** Absent where nobody knows, or asks for the topic on which its messages are seen. */
  n?: number;
  by?: Speaker;
}

/** A dialect as the catalog finds it. */
export interface DialectKind {
  family: 'dialect';
  kind: string;
  summary: string;
  /** The codec of its payloads where the target names none; absent where they are its affair. */
  codec?: string;
  /** Ports that whoever speaks it offers: what they are asked, they answer by message. */
  offers?: readonly string[];
  /** Of a twin, what its device reports is a version as well. */
  countsReports?: boolean;
  /** The password of whoever speaks it is its user name, and stands alone. */
  login?: 'token';
  /** The highest QoS that it knows; absent where all of them. */
  maxQos?: 0 | 1;
  /** The streams that it brings down to devices; absent where all of them. */
  brings?: readonly string[];
  /** Whether it is what such a target is spoken to in when the scenario names no dialect. */
  serves?(written: WrittenForm): boolean;
  /** Its topics are lanes, and its payloads the envelope as its codec writes it. */
  isLaned?: true;
  /** The platform twin passes it on like any broker, and reads none of it. */
  passesThrough?: true;
  /** Parts that every device has that speaks it. */
  parts?: readonly string[];
  /** The highest QoS at which it carries messages, by what rule; others go beside it. */
  atMost?: { qos: Qos; because: string };
  /** By what rule no session outlives its connection; absent where one may. */
  cleanBecause?: string;
  /** Whether it has a form for several messages in one packet: `parcels`. */
  packs?: true;
  /** What is wrong with what the scenario wrote for it; absent where it takes no templates. */
  problems?(written: WrittenForm): FormProblem[];
  bind(wish: DialectWish): Dialect;
  /**
   * Speaks some streams its own way and leaves all else to another one: a stream that names it is
   * spoken so whatever the target's dialect is.
   */
  over?(own: Dialect): Dialect;
}

/** Templates of the scenario; null means the dialect's own form. */
export interface Templates {
  topic: string | null;
  payload: string | null;
}

/** With the name of a codec, where the scenario gives one. */
export interface WrittenForm extends Templates {
  codec: string | null;
}

export interface FormProblem {
  at: keyof WrittenForm;
  message: string;
}

export interface DialectWish extends Templates {
  run: string;
  /** Null only for a dialect that needs none. */
  codec: Codec | null;
  /** Left out where somebody only asks for topics, before there is a plan. */
  fleet?: DialectFleet;
}

/** Who speaks, and of what, as the plan has it. */
export interface DialectFleet {
  device(id: string): SpokenFor | undefined;
  /** By its index in the plan. */
  at(index: number): SpokenFor | undefined;
  stream(name: string): Pick<StreamPlan, 'way' | 'qos' | 'retained' | 'schedule'> | undefined;
}

export interface SpokenFor {
  id: string;
  index: number;
  lane: number;
  /** Null for one with a connection of its own. */
  carrier: string | null;
  /** Of its model. */
  signals: readonly string[];
  /** It takes part in these. */
  streams: readonly string[];
}

export const defineDialect = (kind: Omit<DialectKind, 'family'>): DialectKind =>
  stamp('dialect', { family: 'dialect', ...kind });
