/**
 * The device as its parts see it, and nothing more than that: what calls their hooks is out of
 * their reach, also at run time. What a part sends goes to the device's messages, what its model
 * says goes to the ledger.
 */
import type {
  Body,
  Channel,
  ChannelEvents,
  DeviceEvent,
  PartDevice,
  PartKind,
  PartMessage,
} from '#devices';
import {
  type Cancel,
  type DeclaredOp,
  type DevicePlan,
  type EntryPlan,
  type FieldValue,
  Misuse,
  type NotSentReason,
  namedStream,
  type Paced,
  type ParamValues,
  type Plan,
  type StreamPlan,
  skipsOf,
} from '#kernel';
import { mustBring } from './brought.ts';
import type { DeviceChannels } from './device-channels.ts';
import type { DeviceMessages } from './device-messages.ts';
import { dueTime, nextTime } from './due-time.ts';
import type { FleetContext } from './fleet-context.ts';

/** What the parts need of their agent. */
export interface PartOwner {
  readonly index: number;
  readonly device: DevicePlan;
  readonly entry: EntryPlan;
  readonly isOnline: boolean;
  tell(event: DeviceEvent): void;
  /** Puts on the wire what waits. */
  pump(): void;
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
  /** Whatever it asks for or puts on the wheel is its own; below 0 while none of them acts. */
  readonly acting: number;
  kindAt(at: number): PartKind | undefined;
  /** Calls a part; what it throws is told under its name. */
  in<T>(at: number, hook: string, action: () => T): T;
}

const DEVICE_OFF: NotSentReason = 'device-off';

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

  paramsOf(part: string): ParamValues {
    return this.entry.parts.find(({ kind }) => kind === part)?.params ?? {};
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

  send(message: PartMessage): void {
    if (this.#caller.isOver) return;
    this.#mustBring(message, 'sends');
    this.#messages.put(this.#messages.make(message, this.epoch));
    this.#owner.pump();
  }

  skip(stream: number, n: number, why: string): void {
    if (this.#caller.isOver) return;
    const known = this.#mustBring({ stream, n }, 'leaves out');
    const declared = skipsOf(known);
    const what = (): string => `${this.row.id} leaves out number ${n} of stream ${known.name}`;
    if (!declared.includes(why)) {
      throw new Misuse(
        `${what()} for a reason that it does not declare: '${why}'`,
        `add it to the stream's skips; declared are: ${declared.join(', ')}`,
      );
    }
    if (why === DEVICE_OFF && this.isPowered) {
      throw new Misuse(`${what()} for '${why}', and is on`, 'it is said while the device is off');
    }
    this.#messages.skipped(stream, n, why);
  }

  open(channel: string, events: ChannelEvents): Channel {
    const { acting, channels } = this.#caller;
    const declared = this.#caller.kindAt(acting)?.channels ?? [];
    if (channels === null || !declared.includes(channel)) {
      const own = declared.length === 0 ? 'none' : declared.join(', ');
      throw new Misuse(
        `${this.row.id} opens the channel ${channel} and declares ${own}`,
        'a part lists in `channels` what it opens',
      );
    }
    if (channels.isOpen(acting, channel)) {
      throw new Misuse(
        `${this.row.id} opens the channel ${channel}, which this part has open already`,
        'room is counted for one of a name: end it first, or wait until it is `closed`',
      );
    }
    const call = (event: string, action: () => void): void =>
      this.#caller.in(acting, `${event} of its channel ${channel}`, action);
    return channels.open(acting, channel, {
      data: (bytes) => call('data', () => events.data(bytes)),
      closed: (why) => call('closed', () => events.closed(why)),
    });
  }

  stall(untilMs: number): void {
    dueTime(untilMs, 'the end of a stall');
    this.#messages.stall(untilMs);
    this.#fleet.wheel.add(untilMs, {
      fire: () => {
        this.#owner.pump();
        return Number.POSITIVE_INFINITY;
      },
    });
  }

  write(op: DeclaredOp, fields: Readonly<Record<string, FieldValue>>): void {
    this.#fleet.ledger.write(op, { device: this.index, ...fields });
  }

  seam<F>(name: string): F | undefined {
    return this.#fleet.firmware?.[name] as F | undefined;
  }

  #mustBring(message: { stream: number; n: number }, verb: string): StreamPlan {
    const kind = this.#caller.kindAt(this.#caller.acting);
    return mustBring(this.plan, this.#owner, kind, message, verb);
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
