/**
 * The device as its parts see it, and nothing more than that: what calls their hooks is out of
 * their reach, also at run time. What a part sends goes to the device's messages, what its model
 * says goes to the ledger.
 */
import {
  type Body,
  type Channel,
  type ChannelEvents,
  type DeviceEvent,
  type FieldBuses,
  type FieldBusKind,
  type Fitness,
  type Freight,
  factoryOf,
  type Given,
  mustOpen,
  mustOpenBus,
  mustSend,
  mustSkip,
  mustWrite,
  type OfferedSetting,
  type PartDevice,
  type PartKind,
  type PartMessage,
  setBy,
  settingsAt,
} from '#devices';
import {
  type ArtefactKind,
  assert,
  type Cancel,
  type DeclaredOp,
  type DevicePlan,
  dueTime,
  type EntryPlan,
  type FieldValue,
  namedStream,
  nextTime,
  type Paced,
  type ParamValues,
  type Plan,
  type Seals,
} from '#kernel';
import { seals } from '../record/seals.ts';
import type { DeviceChannels } from './device-channels.ts';
import type { DeviceMessages } from './device-messages.ts';
import type { FleetContext } from './fleet-context.ts';
import type { Outgoing } from './outbox.ts';

/** What the parts need of their agent. */
export interface PartOwner {
  readonly index: number;
  readonly device: DevicePlan;
  readonly entry: EntryPlan;
  readonly isOnline: boolean;
  tell(event: DeviceEvent): void;
  /** Puts on the wire what waits. */
  pump(): void;
  /** Its radio carries again: the same, and what others wait with. */
  resume(): void;
}

/** Who calls the hooks: it knows what has become of the device, and which part acts right now. */
export interface PartCaller {
  readonly epoch: number;
  readonly isPowered: boolean;
  readonly isStopped: boolean;
  /** The device has ended: what comes later is nobody's. */
  readonly isOver: boolean;
  /** Null where no part of the entry opens any. */
  readonly channels: DeviceChannels | null;
  /** Null where it carries nobody. */
  readonly freight: Freight | null;
  /** Whatever it asks for or puts on the wheel is its own; below 0 while none of them acts. */
  readonly acting: number;
  /** What its parts offer to be set. */
  readonly settable: readonly OfferedSetting[];
  /** A part of it has something to bring to its end before a restart that can wait. */
  readonly finishes: boolean;
  kindAt(at: number): PartKind | undefined;
  /** Why a part of the device holds it back, and which; null where none does. */
  heldBack(message: PartMessage): { why: string; by: string } | null;
  /** What its sensors say instead, or null. */
  sensed(message: PartMessage): PartMessage['values'] | null;
  /** How a part of the device would have it go, and which; null where none does. */
  reworded(message: PartMessage): { values: PartMessage['values']; by: string } | null;
  /** All of its parts that have that hook hear of it. */
  measured(message: PartMessage): void;
  given(artefacts: Given): void;
  fitnessOf(kind: ArtefactKind): Fitness;
  /** Calls a part; what it throws is told under its name. */
  in<T>(at: number, hook: string, action: () => T): T;
}

export class DeviceFace implements PartDevice {
  readonly body: Body;
  readonly #fleet: FleetContext;
  readonly #owner: PartOwner;
  readonly #messages: DeviceMessages;
  readonly #caller: PartCaller;

  constructor(
    fleet: FleetContext,
    owner: PartOwner,
    body: Body,
    messages: DeviceMessages,
    caller: PartCaller,
  ) {
    this.#fleet = fleet;
    this.#owner = owner;
    this.#messages = messages;
    this.#caller = caller;
    this.body = body;
  }

  get plan(): Plan {
    return this.#fleet.plan;
  }

  get index(): number {
    return this.#owner.index;
  }

  get row(): DevicePlan {
    return this.#owner.device;
  }

  get entry(): EntryPlan {
    return this.#owner.entry;
  }

  get epoch(): number {
    return this.#caller.epoch;
  }

  get isPowered(): boolean {
    return this.#caller.isPowered;
  }

  get isOnline(): boolean {
    return this.#owner.isOnline;
  }

  get isStopped(): boolean {
    return this.#caller.isStopped;
  }

  get samplingEnd(): number {
    return this.#fleet.samplingEnd;
  }

  get mayRestart(): boolean {
    return !this.#caller.finishes;
  }

  get freight(): Freight | null {
    return this.#caller.freight;
  }

  paramsOf(part: string): ParamValues {
    return this.entry.parts.find(({ kind }) => kind === part)?.params ?? {};
  }

  settings(): Record<string, number> {
    return settingsAt(this.body, this.#caller.settable, this.now());
  }

  factory(): Record<string, number> {
    return factoryOf(this.body, this.#caller.settable);
  }

  set(name: string, value: unknown): boolean {
    return setBy(this.body, this.#caller.settable, name, value, this.now());
  }

  code(stream: string): number {
    return namedStream(this.#fleet.plan, stream).code;
  }

  now(): number {
    return this.#fleet.clock.now();
  }

  at(ms: number, paced: Paced): Cancel {
    return this.#fleet.wheel.add(dueTime(ms), new OwnPaced(this.#caller, paced));
  }

  tell(event: DeviceEvent): void {
    this.#owner.tell(event);
  }

  send(given: PartMessage): void {
    if (this.#caller.isOver) return;
    mustSend(this, this.#kind, this.#fleet.numbers, given);
    const values = this.#caller.sensed(given);
    const message = values === null ? given : { ...given, values };
    this.#caller.measured(message);
    const held = this.#caller.heldBack(message);
    const made = this.#messages.make(message, this.epoch);
    if (held !== null) return this.#messages.heldBack(made, held);
    this.#messages.put(this.#reworded(message, made));
    this.#owner.pump();
  }

  /** As it goes: what another part makes of it is weighed against what it was. */
  #reworded(message: PartMessage, made: Outgoing): Outgoing {
    if (message.instead === true) {
      this.#messages.weighed(message, this.#kind?.kind ?? '', 0, made.payload.length);
    }
    const reworded = this.#caller.reworded(message);
    if (reworded === null) return made;
    const { values, by } = reworded;
    const again = this.#messages.make({ ...message, values }, this.epoch);
    this.#messages.weighed(message, by, made.payload.length, again.payload.length);
    return again;
  }

  give(artefacts: Given): void {
    this.#caller.given(artefacts);
  }

  fitnessOf(kind: ArtefactKind): Fitness {
    return this.#caller.fitnessOf(kind);
  }

  skip(stream: number, n: number, why: string): void {
    if (this.#caller.isOver) return;
    mustSkip(this, this.#kind, this.#fleet.numbers, { stream, n }, why);
    this.#messages.skipped(stream, n, why);
  }

  open(channel: string, events: ChannelEvents): Channel {
    const { acting, channels } = this.#caller;
    mustOpen(this, this.#kind, channel, (one) => channels?.isOpen(acting, one) === true);
    assert(channels !== null, `whoever declares the channel ${channel} has room for it`);
    const call = (event: string, action: () => void): void =>
      this.#caller.in(acting, `${event} of its channel ${channel}`, action);
    return channels.open(acting, channel, {
      data: (bytes) => call('data', () => events.data(bytes)),
      closed: (why) => call('closed', () => events.closed(why)),
    });
  }

  fieldBus<K extends FieldBusKind>(
    kind: K,
    options: FieldBuses[K]['options'],
  ): FieldBuses[K]['bus'] | null {
    const { acting } = this.#caller;
    mustOpenBus(this, this.#kind, kind);
    return this.#fleet.openFieldBus(kind, options, (action) => {
      // What comes after its end is nobody's.
      if (this.#caller.isOver) return;
      this.#caller.in(acting, `an answer on its bus ${kind}`, action);
    });
  }

  stall(untilMs: number): void {
    dueTime(untilMs, 'the end of a stall');
    this.#messages.stall(untilMs);
    this.#fleet.wheel.add(untilMs, {
      fire: () => {
        this.#owner.resume();
        return Number.POSITIVE_INFINITY;
      },
    });
  }

  write(op: DeclaredOp, fields: Readonly<Record<string, FieldValue>>): void {
    mustWrite(this.#kind, op);
    this.#fleet.ledger.write(op, { device: this.index, ...fields });
  }

  get seals(): Seals {
    return seals;
  }

  seam<F>(name: string): F | undefined {
    return this.#fleet.firmware?.[name] as F | undefined;
  }

  get #kind(): PartKind | undefined {
    return this.#caller.kindAt(this.#caller.acting);
  }
}

/** What a part has put on the wheel: it is still that part which acts when it fires. */
class OwnPaced implements Paced {
  readonly #caller: PartCaller;
  readonly #at: number;
  readonly #paced: Paced;

  constructor(caller: PartCaller, paced: Paced) {
    this.#caller = caller;
    this.#at = caller.acting;
    this.#paced = paced;
  }

  fire(atMs: number): number {
    return this.#caller.in(this.#at, 'fire', () => nextTime(this.#paced, atMs));
  }
}
