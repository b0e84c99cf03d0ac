/**
 * How a device is reached that is carried: it has no link and no session, and is online while its
 * carrier takes what it has and it wants to be: while that is connected, or where a part of it
 * stands between, while that runs. Of connections the ledger tells the carrier's only.
 */
import { carrierOf } from '#kernel';
import type { Carriage } from './carriage.ts';
import type { DeviceMessages } from './device-messages.ts';
import type { FleetContext } from './fleet-context.ts';
import type { Handed, Passenger } from './passenger.ts';
import type { Reach, ReachOwner } from './reach.ts';
import type { Recipient } from './recipients.ts';
import type { Way } from './way.ts';

export class CarriedConnection implements Reach, Passenger, Way {
  readonly #owner: ReachOwner;
  readonly #carriage: Carriage;
  readonly #seat: number;
  #wanted = false;
  #online = false;

  constructor(fleet: FleetContext, owner: ReachOwner) {
    this.#owner = owner;
    this.#carriage = fleet.carriageOf(carrierOf(fleet.plan, owner.index));
    this.#seat = this.#carriage.board(this);
  }

  get index(): number {
    return this.#owner.index;
  }

  get id(): string {
    return this.#owner.device.id;
  }

  get messages(): DeviceMessages {
    return this.#owner.messages;
  }

  get isOnline(): boolean {
    return this.#online;
  }

  pump(): void {
    if (!this.#online) return;
    if (!this.#carriage.hasHold) this.messages.pump(this);
    else if (this.messages.isWaiting) this.#carriage.offer(this);
  }

  handOver(most?: number): Handed[] {
    return this.#online ? this.messages.handOver(most) : [];
  }

  publish(...message: Parameters<Way['publish']>): boolean {
    return this.#carriage.publish(this.#seat, ...message);
  }

  connect(): void {
    this.#wanted = true;
    this.#carriage.ask(this);
  }

  hangUp(): void {
    this.#wanted = false;
    this.#setOnline(false);
  }

  /** What its carrier was given is not lost with it. */
  abandon(why: string): void {
    this.hangUp();
    this.messages.forgetHeld(why);
  }

  end(): void {
    this.hangUp();
  }

  // --- told by the carriage ---------------------------------------------------------------------

  picked(sessionPresent: boolean): void {
    if (!this.#wanted) return;
    this.#wanted = false;
    this.#setOnline(true);
    this.#owner.tell({ type: 'CONNECTED', sessionPresent });
    this.#owner.parts.online(sessionPresent);
    this.pump();
  }

  dropped(reason: string): void {
    if (!this.#online) return;
    this.#setOnline(false);
    this.#owner.tell({ type: 'LOST', reason });
  }

  /** Nothing waits for it at its carrier: off, booting or asleep it misses what comes. */
  get recipient(): Recipient | null {
    return this.#owner.parts.isUp ? this.#owner : null;
  }

  #setOnline(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    if (!online) this.#owner.parts.lost();
  }
}
