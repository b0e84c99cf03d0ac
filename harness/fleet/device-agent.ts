/**
 * One living device: its statechart says what it does, its parts what it is for, its connection
 * speaks MQTT, and this file stands between them.
 */
import {
  Body,
  backoffMs,
  type DeviceActions,
  type DeviceActor,
  type DeviceEvent,
  type DeviceSeams,
} from '#devices';
import {
  type DevicePlan,
  type EntryPlan,
  isCarried,
  malfunctionsOf,
  streamKey,
  unitAt,
} from '#kernel';
import { CarriedConnection } from './carried-connection.ts';
import type { PartOwner } from './device-face.ts';
import { DeviceMessages } from './device-messages.ts';
import { DeviceParts } from './device-parts.ts';
import type { FleetContext } from './fleet-context.ts';
import { CONNECT_TIMEOUT_MS, type Reach, type ReachOwner } from './reach.ts';

const PATIENCE = { stableMs: 10_000, connectTimeoutMs: CONNECT_TIMEOUT_MS };
/** By the session of its entry: one for the whole fleet. */
const POLICY = {
  clean: { session: 'clean', ...PATIENCE },
  persistent: { session: 'persistent', ...PATIENCE },
} as const;
const BOOT_MS = { least: 100, spread: 500 };

export class DeviceAgent implements DeviceActions, ReachOwner, PartOwner {
  readonly index: number;
  readonly device: DevicePlan;
  readonly entry: EntryPlan;
  readonly #fleet: FleetContext;
  readonly messages: DeviceMessages;
  readonly parts: DeviceParts;
  readonly #connection: Reach;
  readonly #actor: DeviceActor;
  /** Of the draws of its life: boot times and back-offs. */
  readonly #key: number;
  #draws = 0;
  #asleep = false;
  #ended = false;

  /** `reachOf`: how one is reached that has a connection of its own. */
  constructor(fleet: FleetContext, index: number, reachOf: (owner: ReachOwner) => Reach) {
    const { plan } = fleet;
    const device = plan.devices[index] as DevicePlan;
    const entry = plan.entries[device.entry] as EntryPlan;
    this.#fleet = fleet;
    this.index = index;
    this.device = device;
    this.entry = entry;
    const ills = malfunctionsOf(plan, index);
    const body = new Body(plan.seed, device, entry, fleet.modelOf(entry), ills);
    this.messages = new DeviceMessages(fleet, index, device, entry);
    this.#key = streamKey(plan.seed, `device/${device.id}/life`);
    const { kinds, regions } = fleet.partsOf(entry);
    this.parts = new DeviceParts(fleet, this, body, this.messages, kinds);
    this.#connection = isCarried(plan, index) ? new CarriedConnection(fleet, this) : reachOf(this);
    this.#actor = fleet.statecharts.join({ actions: this, policy: POLICY[entry.session] }, regions);
  }

  get isCarried(): boolean {
    return isCarried(this.#fleet.plan, this.index);
  }

  get isOnline(): boolean {
    return this.#connection.isOnline;
  }

  /** Starts the statechart; power comes on when the plan says so. */
  start(): void {
    this.#actor.start();
    this.#fleet.wheel.add(this.device.bootAt, {
      fire: () => {
        this.tell({ type: 'POWER_ON' });
        return Infinity;
      },
    });
    this.parts.begin();
  }

  /** The plan's power-cut: everything forgotten, the old connection half-open and silent. */
  cutPower(): void {
    if (!this.parts.isStopped) this.tell({ type: 'POWER_CUT' });
  }

  restorePower(): void {
    if (!this.parts.isStopped) this.tell({ type: 'POWER_ON' });
  }

  /** No samples any more, but what is buffered may still go. */
  stopSampling(): void {
    this.parts.isStopped = true;
  }

  accountSamples(untilMs: number): void {
    this.parts.account(untilMs);
  }

  /** Ends the device: a graceful goodbye, and an account of what never left. */
  end(): void {
    this.parts.end();
    this.messages.end();
    this.tell({ type: 'STOP' });
    this.#ended = true;
    this.#connection.end();
  }

  tell(event: DeviceEvent): void {
    if (!this.#ended) this.#actor.send(event);
  }

  pump(): void {
    this.#connection.pump();
  }

  resume(): void {
    this.#connection.resume();
  }

  // --- actions of the statechart ----------------------------------------------------------------

  connect(attempt: number, clean: boolean): void {
    this.#connection.connect(attempt, clean);
  }

  hangUp(why: string): void {
    this.#connection.hangUp(why);
  }

  abandon(why: string): void {
    this.#connection.abandon(why);
    this.parts.abandon(why);
  }

  restarting(): void {
    this.parts.restarting();
  }

  backoffMs(attempt: number): number {
    const honestMs = backoffMs(this.entry.backoff, attempt, unitAt(this.#key, this.#draws++));
    const seams: DeviceSeams | null = this.#fleet.firmware;
    return seams?.backOff?.(this.device.id, attempt, honestMs) ?? honestMs;
  }

  bootMs(): number {
    return BOOT_MS.least + BOOT_MS.spread * unitAt(this.#key, this.#draws++);
  }

  entered(state: string): void {
    this.#fleet.ledger.write('state', { device: this.index, state });
    if (state.startsWith('connection.')) this.#setAsleep(state === 'connection.sleeping');
    this.parts.entered(state);
    this.#fleet.entered?.(this.index, state);
  }

  booted(epoch: number, cause: string): void {
    this.#fleet.ledger.write('boot', { device: this.index, epoch, cause });
    this.parts.booted(epoch, cause);
  }

  powered(on: boolean, cause: string): void {
    if (on === this.parts.isPowered) return;
    this.#fleet.tally.powered += on ? 1 : -1;
    this.parts.powered(on, cause);
    if (!on) this.#fleet.ledger.write('off', { device: this.index, cause });
  }

  #setAsleep(asleep: boolean): void {
    if (asleep === this.#asleep || this.isCarried) return;
    this.#asleep = asleep;
    this.#fleet.tally.asleep += asleep ? 1 : -1;
  }
}
