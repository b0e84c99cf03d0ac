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
  codeOf,
  type DeclaredOp,
  type DevicePlan,
  type EntryPlan,
  type FieldValue,
  isCarried,
  NUMBERS_MAX,
  type Paced,
  type ParamValues,
  type Plan,
  skipsOf,
  streamOf,
  threw,
  WorldError,
} from '#kernel';
import { DeviceChannels, notDeclared } from './device-channels.ts';
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
    this.#parts = kinds.map((kind) => kind.start(this));
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
    return codeOf(this.#fleet.plan, stream);
  }

  now(): number {
    return this.#fleet.clock.now();
  }

  at(ms: number, paced: Paced): Cancel {
    return this.#fleet.wheel.add(ms, paced);
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
      const name = known?.name ?? '';
      const part = this.#kinds.find(({ streams }) => streams?.some((one) => one.name === name));
      throw new WorldError(
        'plug-in',
        `the part ${part?.kind ?? ''} of ${this.row.id} leaves out number ${n} of stream ${name} ` +
          `for a reason that it does not declare: '${why}'`,
        `add it to the stream's skips; declared are: ${declared.join(', ')}`,
      );
    }
    this.#messages.skipped(stream, n, why);
  }

  open(part: string, channel: string, events: ChannelEvents): Channel {
    const declared = this.#kinds.find(({ kind }) => kind === part)?.channels ?? [];
    if (this.#channels === null || !declared.includes(channel))
      throw notDeclared(part, this.row.id, channel, declared);
    return this.#channels.open(part, channel, events);
  }

  stall(untilMs: number): void {
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
    throw new WorldError('plug-in', `a part of ${this.row.id} ${what}, which no part of it brings`);
  }

  /** What a part of a user's throws ends the run under its own name, and not under ours. */
  #each(hook: keyof Part, call: (part: Part) => void): void {
    for (let i = 0; i < this.#parts.length; i++) {
      try {
        call(this.#parts[i] as Part);
      } catch (error) {
        if (error instanceof WorldError) throw error;
        throw threw(`the part ${this.#kinds[i]?.kind ?? ''}`, hook, error);
      }
    }
  }
}
