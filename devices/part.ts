/**
 * What a device can do besides its physics: send readings, obey commands, sleep, update itself. A
 * part is one file in parts/ with a default export made by `definePart`. It knows the device
 * through `PartDevice` alone: no packets, no sockets, no wall clock. The fleet calls its hooks in
 * the order of the parts' names.
 */
import {
  type ArtefactKind,
  type BusTrouble,
  type Cancel,
  type DeclaredOp,
  type DevicePlan,
  type EntryPlan,
  type FieldForm,
  type FieldValue,
  type Paced,
  type Params,
  type ParamValues,
  type PartTrouble,
  type Plan,
  type Seals,
  type StrangerPlan,
  type StreamSpec,
  stamp,
} from '#kernel';
import type { PartBesides } from './besides.ts';
import type { Body } from './body.ts';
import type { Channel, ChannelEvents } from './channel.ts';
import type { CommandSpec } from './device.ts';
import type { FieldBuses, FieldBusKind } from './field-bus.ts';
import type { Freight, Heard, Letter, Parcel, Settled } from './freight.ts';
import type { DeviceEvent } from './regions/region.ts';
import type { PartSetting } from './settings.ts';

export interface PartKind {
  kind: string;
  summary: string;
  /** What a fleet entry may set of it, under `parts`. */
  params?: Params;
  /**
   * Whether the devices of an entry have it without being asked. Otherwise an entry names it, or a
   * workflow needs it.
   */
  fits?(entry: EntryPlan): boolean;
  /**
   * In the name of how many devices that others carry it speaks by mistake, in a run of so long.
   * The plan names them, as `strangers` of the device's row.
   */
  strangers?(params: ParamValues, spanMs: number): number;
  /** Streams that it brings into every plan. */
  streams?: readonly StreamSpec[];
  /** What a plan has of it only where that is asked for; without, plans stay as they were. */
  besides?: readonly PartBesides[];
  /** Of its streams, the ones that an entry's devices take part in; all when left out. */
  takes?(entry: EntryPlan): readonly string[];
  /**
   * What its model writes into the ledger, by op: the truth, which never goes over the network.
   * Each has the field `device: 'device'`, which is filled in.
   */
  ops?: Readonly<Record<DeclaredOp, Readonly<Record<string, FieldForm>>>>;
  /**
   * Connections beside the device's first one, by name, on the same link. It may open these and no
   * others, each once at a time: for each there is a proxy, and room is counted.
   */
  channels?: readonly string[];
  /** Channels of those that its device carries which it answers on the local side, by `called`. */
  serves?: readonly string[];
  /** Why those that a device of the entry carries can have no such line to it; null: they can. */
  noLine?(entry: EntryPlan): string | null;
  /**
   * Reasons for which it gives up what the passengers of its device hand it, beside `lost in …`.
   * They are declared of the streams of those passengers.
   */
  withholds?: readonly string[];
  /** Buses for those that it carries which it opens in real time, by their kind. */
  fieldBuses?(entry: EntryPlan): readonly string[];
  /** Whether those that a device of the entry carries stand on a bus that feels such a fault. */
  bus?(entry: EntryPlan, trouble: BusTrouble): boolean;
  /** Whether in such a run it has what that fault acts on. */
  ails?(plan: Plan, trouble: PartTrouble): boolean;
  /** What is wrong with what an entry asks of it, given those that its devices carry. */
  flaws?(
    params: ParamValues,
    children: readonly PartChild[],
    owner: PartOwner,
  ): readonly PartFlaw[];
  /**
   * Reasons for which it holds back what its device samples. They are declared of the sampled
   * streams of its devices, and it may hold back nothing else.
   */
  holdsBack?: readonly string[];
  /** It says what its device samples otherwise than as values, by `rewords`. */
  rewords?: boolean;
  /**
   * Signals that it says beside what its device samples, by `rewords`; all else goes as it was.
   */
  adds?: readonly string[];
  /** Whether, set so, it puts several parcels into one packet, which the target must then read. */
  packs?(params: ParamValues): boolean;
  /** What of it can be set from afar, with these params; no two of a device share a name. */
  settings?(params: ParamValues): readonly PartSetting[];
  /** Artefacts that come over the air for it, by `given`, and of which it says the `fitness`. */
  uses?: readonly ArtefactKind[];
  /** A region of the device's statechart; its states are called `<kind>.<state>`. */
  region?: object;
  /** Where a mutant may plant a bug of its firmware, by name. */
  seams?: readonly string[];
  start(device: PartDevice): Part;
}

/** An entry whose devices are carried, or speak through the device while their own is away. */
export interface PartChild {
  entry: string;
  /** They have two to speak through. */
  fallsBack: boolean;
  /** Of its model. */
  signals: readonly string[];
  commands: Readonly<Record<string, CommandSpec>>;
  /** So many of them one device carries at most. */
  most: number;
  /** Those of its parts that say its readings otherwise than as values. */
  rewordedBy: readonly string[];
}

/** The entry that asks for it, as it is written. */
export interface PartOwner {
  /** Ids of the entries that speak through it, however few devices of them there are now. */
  passengers: readonly string[];
  /** All that its devices can do beside physics. */
  parts: readonly string[];
  /** Of its model. */
  signals: readonly string[];
}

/** With its place among the parameters of the part. */
export interface PartFlaw {
  path: readonly (string | number)[];
  message: string;
  hint?: string;
}

/** Of those that cannot be read by whoever looks for values in readings. */
export const rewordedFlaws = (
  children: readonly PartChild[],
  pathOf: (entry: string) => PartFlaw['path'],
  why: string,
): PartFlaw[] =>
  children.flatMap(({ entry, rewordedBy }) =>
    rewordedBy.map((part) => ({
      path: pathOf(entry),
      message: `the part ${part} of ${entry} says readings otherwise, and ${why}`,
      hint: `leave ${part} out, or let them speak for themselves`,
    })),
  );

export const definePart = (part: PartKind): PartKind => stamp('part', part);

/** Hooks of one living part, all synchronous. One that a device does not need costs it nothing. */
export interface Part {
  /** The device is put up; its power comes later. */
  begin?(): void;
  powered?(on: boolean, cause: string): void;
  booted?(epoch: number, cause: string): void;
  /** Its region, or another, entered a state. */
  entered?(state: string): void;
  /** What the target is to publish if this connection dies. The first part that has one. */
  will?(attempt: number): PartMessage | null;
  online?(sessionPresent: boolean): void;
  /**
   * The target has answered what its device subscribed to on this connection: what it says by these
   * streams comes from now on. Before, an answer may be nobody's, also where the device asked
   * behind its SUBSCRIBE. Of a device that is carried, or posts, nobody says so.
   */
  subscribed?(streams: readonly string[]): void;
  lost?(): void;
  /** A message down, of whatever stream. */
  inbox?(message: Inbound): void;
  /**
   * What the sensors of its device say of what it samples, where that is not so: all else that the
   * device does goes by it. The first part that has this.
   */
  senses?(message: PartMessage): PartMessage['values'] | null;
  /** Its device has measured this, whatever becomes of it. */
  measured?(message: PartMessage): void;
  /**
   * A part of its device is about to send this: a reason of its own to leave it out, or null. The
   * message is then accounted for like any grid point that is left out, and what it would have
   * weighed is written down. The first part that has a reason is the last that is asked.
   */
  holds?(message: PartMessage): string | null;
  /** How one of its settings is set. Whoever offers any has this and the next. */
  setting?(name: string): number;
  /** One of its settings is made: within its bounds and on its steps. */
  set?(name: string, value: number): void;
  /**
   * A part of its device is about to send this, and nobody holds it back: the values with which it
   * goes instead, or null. The first part that has this, and of what its device samples alone.
   */
  rewords?(message: PartMessage): PartMessage['values'] | null;
  /** The target has acknowledged a message of its device. */
  acked?(stream: number, n: number): void;
  /**
   * A passenger has something for the target, which waits until it is fetched. The first part that
   * has this stands between the passengers of its device and the connection.
   */
  offered?(passenger: number): void;
  /** A passenger said something, and the part that stands between has taken it in. */
  heard?(message: Heard): void;
  /** What became of a parcel that it forwarded. */
  settled?(parcel: Parcel, how: Settled): void;
  /**
   * Something came down for a passenger, and is handed over when this part says so. Without this
   * hook it is at once.
   */
  brought?(letter: Letter): void;
  /**
   * A passenger has opened a channel that the part serves: what it says comes to what is answered
   * here, and what is written to the line comes to it. Null where nobody answers.
   */
  called?(passenger: number, channel: string, line: Channel): ChannelEvents | null;
  /** Of the part that stands between: whether a passenger is on its local side right now. */
  reaches?(passenger: number): boolean;
  /** A fault begins to act on the bus on which a passenger stands, and ends. */
  struck?(passenger: number, fault: string, trouble: BusTrouble): void;
  relieved?(passenger: number, fault: string): void;
  /** A fault begins to act on what the part is made of, and ends. */
  ailed?(fault: string, trouble: PartTrouble): void;
  eased?(fault: string): void;
  /**
   * What it is to use: what was kept for good, and what is on trial beside it; again at each boot,
   * and whenever that changes.
   */
  given?(artefacts: Given): void;
  /** How what is on trial has done so far. */
  fitness?(): Fitness;
  /** The radio of its device carries again: there may be room for parcels now. */
  cleared?(): void;
  /** Power or memory is gone at once; what is not kept elsewhere must be given up now. */
  forgot?(why: string): void;
  /** Whether a restart of its device that can wait should: it has something to bring to its end. */
  finishes?(): boolean;
  /**
   * Its device restarts in good order, now: what must outlive that is written by the end of this.
   * The connection keeps what it has in hand.
   */
  restarting?(): void;
  /** Writes down what was due before `untilMs` and did not happen. */
  account?(untilMs: number): void;
  end?(): void;
}

/** An artefact as whoever uses it gets it. */
export interface GivenArtefact {
  version: string;
  /** Hexadecimal. */
  sha256: string;
  says: unknown;
}

export interface Given {
  kind: ArtefactKind;
  kept: GivenArtefact | null;
  trial: GivenArtefact | null;
}

/** Of what is on trial: nobody can say yet, it is to be kept, or it is to be given up. */
export type Fitness = 'open' | 'well' | 'ill';

/** A message on its way to the outbox. */
export interface PartMessage {
  /** Code of its stream. */
  stream: number;
  /** Of a stream `by: 'event'` the next one: counted from 0, and on after a reboot. */
  n: number;
  values: Readonly<Record<string, unknown>>;
  /** Milliseconds of scenario time, past or present; now when left out. */
  intended?: number;
  retain?: boolean;
  /** It goes in place of what its part held back, and its weight is set against what that saved. */
  instead?: true;
  /**
   * In whose name it goes; its own when left out. A target lets nobody speak for others, but for a
   * carrier and those it carries.
   */
  as?: StrangerPlan;
}

/** A message that the device was given. */
export interface Inbound {
  stream: string;
  n: number;
  values: Readonly<Record<string, unknown>>;
}

/** The device as its parts see it. */
export interface PartDevice {
  readonly plan: Plan;
  readonly index: number;
  readonly row: DevicePlan;
  readonly entry: EntryPlan;
  readonly body: Body;
  readonly epoch: number;
  readonly isPowered: boolean;
  readonly isOnline: boolean;
  /** Nothing new is to be sampled any more; what is held may still go. */
  readonly isStopped: boolean;
  readonly samplingEnd: number;
  /** No part of it would rather have a restart wait. */
  readonly mayRestart: boolean;
  /** Of a device that carries others; null for most. */
  readonly freight: Freight | null;
  /** What the entry set for this part. */
  paramsOf(part: string): ParamValues;
  /** How it is set, by name: what its model says can be set, and what its parts offer. */
  settings(): Readonly<Record<string, number>>;
  /** The same as it left the factory. */
  factory(): Readonly<Record<string, number>>;
  /** False when there is no such setting, or it cannot be set so. */
  set(name: string, value: unknown): boolean;
  /** Code of a stream that the part itself brings. */
  code(stream: string): number;
  now(): number;
  /** On the pacing wheel, in the first quantum at or after that time. */
  at(ms: number, paced: Paced): Cancel;
  /** The device's statechart hears it. */
  tell(event: DeviceEvent): void;
  /** Takes a message over: it goes out as soon as there is a way. */
  send(message: PartMessage): void;
  /**
   * A grid point of a schedule without a message: because the device is off, said while it is so,
   * or the run over (`device-off`, `run-ended`), or for a reason in the stream's `skips`.
   */
  skip(stream: number, n: number, why: string): void;
  /**
   * Opens a channel that the part declares: one of a name at a time, and again once that is over
   * or the part has ended it. Who is off or asleep has no link: such a channel is closed as soon
   * as it is open. Who is carried by another has a line to that one, if a part there serves it.
   */
  open(channel: string, events: ChannelEvents): Channel;
  /** Opens a bus that the part declares; null in virtual time, where it goes by its model. */
  fieldBus<K extends FieldBusKind>(
    kind: K,
    options: FieldBuses[K]['options'],
  ): FieldBuses[K]['bus'] | null;
  /** The radio carries nothing until then. */
  stall(untilMs: number): void;
  /** Writes the truth of the part's model into the ledger. */
  write(op: DeclaredOp, fields: Readonly<Record<string, FieldValue>>): void;
  /** Tells those of its parts that use such artefacts. */
  give(artefacts: Given): void;
  /** How those do with what is on trial: well where nobody minds. */
  fitnessOf(kind: ArtefactKind): Fitness;
  /** Digests and signatures, as its chip makes them. */
  readonly seals: Seals;
  /** What a planted firmware bug puts in place of honest behaviour, by the name of the seam. */
  seam<F>(name: string): F | undefined;
}

/** Calls `action` once on the wheel. */
export const once = (device: PartDevice, ms: number, action: () => void): Cancel =>
  device.at(ms, {
    fire: () => {
      action();
      return Number.POSITIVE_INFINITY;
    },
  });
