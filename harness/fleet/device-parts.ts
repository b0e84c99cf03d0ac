/**
 * The parts of one device: started as the plan says, called at every turn of its life, and given
 * the device through the one face that they know. What a part sends goes to the device's messages,
 * what its model says goes to the ledger.
 */
import type {
  Body,
  Channel,
  ChannelEvents,
  DeviceEvent,
  Inbound,
  Part,
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
  isCarried,
  Misuse,
  NUMBERS_MAX,
  namedStream,
  type Paced,
  type ParamValues,
  type Plan,
  skipsOf,
  streamOf,
  threw,
} from '#kernel';
import { DeviceChannels } from './device-channels.ts';
import type { DeviceMessages } from './device-messages.ts';
import { dueTime, nextTime } from './due-time.ts';
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
}

export class DeviceParts implements PartDevice {
  readonly body: Body;
  epoch = 0;
  isPowered = false;
  isStopped = false;
  readonly #fleet: FleetContext;
  readonly #owner: PartOwner;
  readonly #messages: DeviceMessages;
  /** Null where no part of the entry opens any. */
  readonly #channels: DeviceChannels | null;
  /** None any more once the device has ended: what comes later is nobody's. */
  #parts: readonly Part[];
  readonly #kinds: readonly PartKind[];
  #isOver = false;
  /** Which of them acts right now; whatever it asks for or puts on the wheel is its own. */
  #acting = -1;

  constructor(
    fleet: FleetContext,
    owner: PartOwner,
    body: Body,
    messages: DeviceMessages,
    kinds: readonly PartKind[],
  ) {
    this.#fleet = fleet;
    this.#owner = owner;
    this.#messages = messages;
    this.body = body;
    this.#kinds = kinds;
    this.#channels =
      (owner.entry.channels ?? []).length > 0 ? new DeviceChannels(fleet, this) : null;
    this.#parts = kinds.map((kind, at) => this.#in(at, 'start', () => this.#begun(kind)));
  }

  #begun(kind: PartKind): Part {
    const part = kind.start(this);
    this.#fleet.lookAt(kind, part);
    return part;
  }

  // --- the device as its parts see it ------------------------------------------------------------

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

  get isOnline(): boolean {
    return this.#owner.isOnline;
  }

  get hasLink(): boolean {
    return !isCarried(this.#fleet.plan, this.index);
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
    return this.#fleet.wheel.add(dueTime(ms), new OwnPaced(this, this.#acting, paced));
  }

  tell(event: DeviceEvent): void {
    this.#owner.tell(event);
  }

  send(message: PartMessage): void {
    if (this.#isOver) return;
    this.#mustBring(message, 'sends');
    this.#messages.put(this.#messages.make(message, this.epoch));
    this.#owner.pump();
  }

  skip(stream: number, n: number, why: string): void {
    if (this.#isOver) return;
    this.#mustBring({ stream, n }, 'leaves out');
    const known = streamOf(this.plan, stream);
    const declared = skipsOf(known);
    if (!declared.includes(why)) {
      const what = `number ${n} of stream ${known?.name} for a reason that it does not declare`;
      throw new Misuse(
        `${this.row.id} leaves out ${what}: '${why}'`,
        `add it to the stream's skips; declared are: ${declared.join(', ')}`,
      );
    }
    this.#messages.skipped(stream, n, why);
  }

  open(channel: string, events: ChannelEvents): Channel {
    const at = this.#acting;
    const declared = this.#kinds[at]?.channels ?? [];
    if (this.#channels === null || !declared.includes(channel)) {
      const own = declared.length === 0 ? 'none' : declared.join(', ');
      throw new Misuse(
        `${this.row.id} opens the channel ${channel} and declares ${own}`,
        'a part lists in `channels` what it opens',
      );
    }
    const call = (event: string, action: () => void): void =>
      this.#in(at, `${event} of its channel ${channel}`, action);
    return this.#channels.open(channel, {
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

  // --- the hooks, called by the agent ------------------------------------------------------------

  begin(): void {
    this.#each('begin', (part) => part.begin?.());
  }

  powered(on: boolean, cause: string): void {
    this.isPowered = on;
    this.body.physics.power(on, this.now());
    this.#each('powered', (part) => part.powered?.(on, cause));
  }

  booted(epoch: number, cause: string): void {
    this.epoch = epoch;
    this.#channels?.booted();
    this.body.health.reboot(this.now(), cause);
    this.#each('booted', (part) => part.booted?.(epoch, cause));
  }

  entered(state: string): void {
    this.#channels?.entered(state);
    this.#each('entered', (part) => part.entered?.(state));
  }

  /** What the parts have open is left half-open. */
  abandon(why: string): void {
    this.#channels?.abandon(why);
  }

  will(attempt: number): Outgoing | null {
    let first: PartMessage | null = null;
    this.#each('will', (part) => {
      first ??= part.will?.(attempt) ?? null;
    });
    return first === null ? null : this.#messages.make(first, this.epoch);
  }

  online(sessionPresent: boolean): void {
    this.#each('online', (part) => part.online?.(sessionPresent));
  }

  lost(): void {
    this.#each('lost', (part) => part.lost?.());
  }

  inbox(message: Inbound): void {
    this.#each('inbox', (part) => part.inbox?.(message));
  }

  account(untilMs: number): void {
    this.#each('account', (part) => part.account?.(untilMs));
  }

  end(): void {
    this.#each('end', (part) => part.end?.());
    this.#channels?.end();
    this.#parts = [];
    this.#isOver = true;
  }

  #mustBring({ stream, n }: { stream: number; n: number }, verb: string): void {
    const isNumber = Number.isInteger(n) && n >= 0 && n < NUMBERS_MAX;
    if (isNumber && this.entry.streams.includes(stream)) return;
    const what = `${verb} number ${n} of stream ${stream}`;
    throw new Misuse(`${this.row.id} ${what}, which no part of it brings`);
  }

  /** One of them, when its time has come. */
  fire(at: number, paced: Paced, atMs: number): number {
    return this.#in(at, 'fire', () => nextTime(paced, atMs));
  }

  #each(hook: keyof Part, call: (part: Part) => void): void {
    for (let at = 0; at < this.#parts.length; at++) {
      this.#in(at, hook, () => call(this.#parts[at] as Part));
    }
  }

  /** What a part of a user's throws ends the run under its own name, and not under ours. */
  #in<T>(at: number, hook: string, action: () => T): T {
    const before = this.#acting;
    this.#acting = at;
    try {
      return action();
    } catch (error) {
      const kind = this.#kinds[at]?.kind;
      const who = kind === undefined ? `a part of ${this.row.id}` : `the part ${kind}`;
      throw threw(who, hook, error);
    } finally {
      this.#acting = before;
    }
  }
}

/** What a part has put on the wheel: it is still that part which acts when it fires. */
class OwnPaced implements Paced {
  readonly #parts: DeviceParts;
  readonly #at: number;
  readonly #paced: Paced;

  constructor(parts: DeviceParts, at: number, paced: Paced) {
    this.#parts = parts;
    this.#at = at;
    this.#paced = paced;
  }

  fire(atMs: number): number {
    return this.#parts.fire(this.#at, this.#paced, atMs);
  }
}
