/**
 * The parts of one device: started as the plan says, and called by the agent at every turn of the
 * device's life. They see the device through its face alone.
 */
import {
  type Body,
  type Channel,
  type ChannelEvents,
  type Fitness,
  type Given,
  type Heard,
  type Inbound,
  type Letter,
  mustArm,
  mustHold,
  type OfferedSetting,
  type Parcel,
  type Part,
  type PartKind,
  type PartMessage,
  type Settled,
} from '#devices';
import {
  type ArtefactKind,
  type BusTrouble,
  carrierOf,
  type DevicePlan,
  isCarried,
  type PartTrouble,
  spokenForBy,
  streamOf,
  synchronous,
  threw,
} from '#kernel';
import { type ChannelOwner, DeviceChannels } from './device-channels.ts';
import { DeviceFace, type PartCaller, type PartOwner } from './device-face.ts';
import type { DeviceMessages } from './device-messages.ts';
import type { FleetContext } from './fleet-context.ts';
import type { Hold, Keeper } from './hold.ts';
import { holdOf } from './hold-of.ts';
import { type CalledLine, LocalLines } from './local-lines.ts';
import type { Outgoing } from './outbox.ts';
import { isReading } from './readings.ts';

export class DeviceParts implements PartCaller, ChannelOwner, Keeper {
  readonly channels: DeviceChannels | null;
  /** Of a carrier with a part that stands between, once all parts are made. */
  readonly freight: Hold | null;
  /** Of a carrier with a part that answers channels of its passengers. */
  readonly #lines: LocalLines | null;
  readonly settable: readonly OfferedSetting[];
  /** Whether one of them hears what passengers say. */
  readonly listens: boolean;
  epoch = 0;
  isPowered = false;
  isStopped = false;
  isOver = false;
  acting = -1;
  /** Its program does: a device boots for a while after its power is on. */
  #runs = false;
  #asleep = false;
  readonly #fleet: FleetContext;
  readonly #owner: PartOwner;
  readonly #messages: DeviceMessages;
  readonly #face: DeviceFace;
  /** None any more once the device has ended. */
  #parts: readonly Part[] = [];
  readonly #kinds: readonly PartKind[];
  /** Whether one of them minds what is measured. */
  readonly #measures: boolean;

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
    this.#kinds = kinds;
    const opensAny = (owner.entry.channels ?? []).length > 0;
    this.channels = opensAny ? new DeviceChannels(fleet, this) : null;
    this.#face = new DeviceFace(fleet, owner, body, messages, this);
    // There is one list for all devices that offer nothing.
    const offers = kinds.some(({ settings }) => settings !== undefined);
    this.settable = offers ? kinds.flatMap((kind, at) => this.#offeredBy(kind, at)) : NOTHING;
    this.#parts = kinds.map((kind, at) => this.in(at, 'start', () => this.#begun(kind)));
    const stands = this.#parts.some(({ offered }) => offered !== undefined);
    if (this.#parts.some(({ acked }) => acked !== undefined)) messages.hearer = this;
    this.#measures = this.#parts.some(({ measured }) => measured !== undefined);
    this.listens = this.#parts.some(({ heard }) => heard !== undefined);
    this.freight = stands ? holdOf(fleet, owner.index, this) : null;
    this.#lines = this.#linesOf(fleet, owner.index);
  }

  #begun(kind: PartKind): Part {
    const part = synchronous(kind.start(this.#face));
    this.#fleet.lookAt(kind, part);
    return part;
  }

  #linesOf(fleet: FleetContext, index: number): LocalLines | null {
    if (!this.#kinds.some(({ serves = [] }) => serves.length > 0)) return null;
    if (spokenForBy(fleet.plan, index).length === 0) return null;
    const lines = new LocalLines((action) => void fleet.wheel.after(1, action), this);
    fleet.carriageOf(index).lines = lines;
    return lines;
  }

  #offeredBy(kind: PartKind, at: number): OfferedSetting[] {
    const params = this.#face.paramsOf(kind.kind);
    const specs = this.in(at, 'settings', () => kind.settings?.(params)) ?? [];
    return specs.map((spec) => ({
      spec,
      read: () =>
        this.in(at, 'setting', () => this.#parts[at]?.setting?.(spec.name)) ?? spec.factory,
      make: (value) => this.in(at, 'set', () => this.#parts[at]?.set?.(spec.name, value)),
    }));
  }

  get row(): DevicePlan {
    return this.#owner.device;
  }

  /** It runs and is awake: what comes for it otherwise, nobody takes in. */
  get isUp(): boolean {
    return this.#runs && !this.#asleep;
  }

  get hasLink(): boolean {
    return this.isUp && !isCarried(this.#fleet.plan, this.#owner.index);
  }

  begin(): void {
    this.#each('begin', (part) => part.begin?.());
  }

  powered(on: boolean, cause: string): void {
    this.isPowered = on;
    this.#face.body.physics.power(on, this.#fleet.clock.now());
    this.#each('powered', (part) => part.powered?.(on, cause));
  }

  booted(epoch: number, cause: string): void {
    this.epoch = epoch;
    this.#runs = true;
    this.#face.body.health.reboot(this.#fleet.clock.now(), cause);
    this.#each('booted', (part) => part.booted?.(epoch, cause));
    this.freight?.open();
  }

  entered(state: string): void {
    if (state.startsWith('power.')) this.#runs = state === 'power.on';
    else if (state.startsWith('connection.')) this.#asleep = state === 'connection.sleeping';
    if (this.isUp) this.freight?.open();
    else {
      this.channels?.leave(state);
      this.#lines?.hangUp(state);
      this.freight?.close();
    }
    this.#each('entered', (part) => part.entered?.(state));
  }

  /** Power or memory is gone at once: what the parts have open is left half-open. */
  abandon(why: string): void {
    this.#runs = false;
    this.channels?.abandon(why);
    this.#lines?.hangUp(why);
    this.freight?.close();
  }

  /** It restarts in good order. */
  restarting(): void {
    if (this.freight !== null) this.#fleet.carriageOf(this.#owner.index).restarting('reset');
    this.#each('restarting', (part) => part.restarting?.());
  }

  get finishes(): boolean {
    return this.#parts.some((part, at) =>
      this.in(at, 'finishes', () => part.finishes?.() === true),
    );
  }

  will(attempt: number): Outgoing | null {
    for (let at = 0; at < this.#parts.length; at++) {
      const message = this.in(at, 'will', () => this.#armed(at, attempt));
      if (message !== null) return this.#messages.make(message, this.epoch);
    }
    return null;
  }

  #armed(at: number, attempt: number): PartMessage | null {
    const message = synchronous(this.#parts[at]?.will?.(attempt)) ?? null;
    if (message === null) return null;
    mustArm(this.#face, this.#kinds[at], message, attempt);
    return message;
  }

  online(sessionPresent: boolean): void {
    this.#each('online', (part) => part.online?.(sessionPresent));
  }

  /** `heard`: the streams of which it hears from then on. */
  subscribed(heard: () => readonly string[]): void {
    if (!this.#parts.some(({ subscribed }) => subscribed !== undefined)) return;
    const streams = heard();
    this.#each('subscribed', (part) => part.subscribed?.(streams));
  }

  lost(): void {
    this.#each('lost', (part) => part.lost?.());
  }

  inbox(message: Inbound): void {
    this.#each('inbox', (part) => part.inbox?.(message));
  }

  measured(message: PartMessage): void {
    if (!this.#measures) return;
    if (streamOf(this.#fleet.plan, message.stream)?.schedule.by !== 'sampling') return;
    this.#each('measured', (part) => part.measured?.(message));
  }

  given(artefacts: Given): void {
    const { kind } = artefacts;
    for (const at of this.#usersOf(kind)) {
      this.in(at, 'given', () => this.#parts[at]?.given?.(artefacts));
    }
  }

  fitnessOf(kind: ArtefactKind): Fitness {
    const all = this.#usersOf(kind).map((at) =>
      this.in(at, 'fitness', () => this.#parts[at]?.fitness?.() ?? 'well'),
    );
    if (all.includes('ill')) return 'ill';
    return all.includes('open') ? 'open' : 'well';
  }

  #usersOf(artefact: ArtefactKind): number[] {
    return this.#kinds.flatMap(({ uses = [] }, at) => (uses.includes(artefact) ? [at] : []));
  }

  obeys(command: string, value: number): boolean {
    return this.#face.body.physics.command(command, value, this.#fleet.clock.now());
  }

  heldBack(message: PartMessage): { why: string; by: string } | null {
    for (let at = 0; at < this.#parts.length; at++) {
      if (this.#parts[at]?.holds === undefined) continue;
      const why = this.in(at, 'holds', () => this.#parts[at]?.holds?.(message)) ?? null;
      if (why === null) continue;
      this.in(at, 'holds', () => mustHold(this.#face, this.#kinds[at], message, why));
      return { why, by: this.#kinds[at]?.kind ?? '' };
    }
    return null;
  }

  sensed(message: PartMessage): PartMessage['values'] | null {
    const at = this.#parts.findIndex(({ senses }) => senses !== undefined);
    if (at < 0 || !isReading(this.#fleet.plan, message)) return null;
    return this.in(at, 'senses', () => this.#parts[at]?.senses?.(message)) ?? null;
  }

  reworded(message: PartMessage): { values: PartMessage['values']; by: string } | null {
    const { schedule } = streamOf(this.#fleet.plan, message.stream) ?? {};
    const at = this.#parts.findIndex(({ rewords }) => rewords !== undefined);
    if (at < 0 || schedule?.by !== 'sampling') return null;
    const values = this.in(at, 'rewords', () => this.#parts[at]?.rewords?.(message)) ?? null;
    return values === null ? null : { values, by: this.#kinds[at]?.kind ?? '' };
  }

  acked(stream: number, n: number): void {
    this.#each('acked', (part) => part.acked?.(stream, n));
  }

  // --- what passengers hand over goes to the first part that takes it, what they say to all -----

  heard(message: Heard): void {
    this.#each('heard', (part) => part.heard?.(message));
  }

  offered(passenger: number): void {
    this.#keeper('offered', (part) => part.offered?.(passenger));
  }

  settled(parcel: Parcel, how: Settled): void {
    this.#keeper('settled', (part) => part.settled?.(parcel, how));
  }

  cleared(): void {
    this.#keeper('cleared', (part) => part.cleared?.());
  }

  forgot(why: string): void {
    this.#keeper('forgot', (part) => part.forgot?.(why));
  }

  brought(letter: Letter): boolean {
    return this.#keeper('brought', (part) => part.brought?.(letter));
  }

  struck(passenger: number, fault: string, trouble: BusTrouble): void {
    this.#keeper('struck', (part) => part.struck?.(passenger, fault, trouble));
    this.#lines?.look(passenger);
  }

  relieved(passenger: number, fault: string): void {
    this.#keeper('relieved', (part) => part.relieved?.(passenger, fault));
  }

  ailed(fault: string, trouble: PartTrouble): void {
    this.#each('ailed', (part) => part.ailed?.(fault, trouble));
  }

  eased(fault: string): void {
    this.#each('eased', (part) => part.eased?.(fault));
  }

  // --- lines: its own to its carrier, and those of its passengers to it --------------------------

  callCarrier(channel: string, events: ChannelEvents): CalledLine | null {
    const { index } = this.#owner;
    if (!this.isUp || !isCarried(this.#fleet.plan, index)) return null;
    const { lines } = this.#fleet.carriageOf(carrierOf(this.#fleet.plan, index));
    return lines?.call(index, channel, events) ?? null;
  }

  reaches(passenger: number): boolean {
    return this.#parts.every(
      (part, at) => this.in(at, 'reaches', () => part.reaches?.(passenger)) !== false,
    );
  }

  called(passenger: number, channel: string, line: Channel): ChannelEvents | null {
    const at = this.#kinds.findIndex(({ serves }) => serves?.includes(channel) === true);
    const events = this.in(at, 'called', () => this.#parts[at]?.called?.(passenger, channel, line));
    if (events === undefined || events === null) return null;
    const call = (event: string, action: () => void): void => {
      if (!this.isOver) this.in(at, `${event} of a line of a passenger`, action);
    };
    return {
      data: (bytes) => call('data', () => events.data(bytes)),
      closed: (why) => call('closed', () => events.closed(why)),
    };
  }

  /** Whether the part that stands between has that hook. */
  #keeper(hook: keyof Part, call: (part: Part) => void): boolean {
    const at = this.#parts.findIndex(({ offered }) => offered !== undefined);
    const part = this.#parts[at];
    if (part?.[hook] === undefined) return false;
    this.in(at, hook, () => call(part));
    return true;
  }

  account(untilMs: number): void {
    this.#each('account', (part) => part.account?.(untilMs));
  }

  end(): void {
    this.#each('end', (part) => part.end?.());
    this.channels?.end();
    this.#lines?.hangUp('ended');
    this.#parts = [];
    this.isOver = true;
  }

  kindAt(at: number): PartKind | undefined {
    return this.#kinds[at];
  }

  #each(hook: keyof Part, call: (part: Part) => void): void {
    for (let at = 0; at < this.#parts.length; at++) {
      this.in(at, hook, () => call(this.#parts[at] as Part));
    }
  }

  /** What a part of a user's throws ends the run under its own name, and not under ours. */
  in<T>(at: number, hook: string, action: () => T): T {
    const before = this.acting;
    this.acting = at;
    try {
      return synchronous(action());
    } catch (error) {
      const kind = this.#kinds[at]?.kind;
      const who = kind === undefined ? `a part of ${this.#owner.device.id}` : `the part ${kind}`;
      throw threw(who, hook, error);
    } finally {
      this.acting = before;
    }
  }
}

const NOTHING: readonly OfferedSetting[] = [];
