/**
 * How a device is reached that is carried: it has no link and no session, and is online while its
 * carrier takes what it has and it wants to be: while that is connected, or where a part of it
 * stands between, while that runs. Of connections the ledger tells the carrier's only. Where it has
 * a second carrier to fall back on, one of the two is enough.
 */
import type { FallBackSeams } from '#devices';
import { carrierOf } from '#kernel';
import type { Carriage } from './carriage.ts';
import type { DeviceMessages } from './device-messages.ts';
import { FallBack } from './fall-back.ts';
import type { FleetContext } from './fleet-context.ts';
import type { Handed, Passenger } from './passenger.ts';
import type { Reach, ReachOwner } from './reach.ts';
import type { Recipient } from './recipients.ts';
import { SecondWay } from './second-way.ts';
import type { Way } from './way.ts';

/** Of a device with two carriers. */
interface Second {
  way: SecondWay;
  fallBack: FallBack;
  /** Handed to the other one, and for its own as well. */
  copies: Handed[];
}

export class CarriedConnection implements Reach, Passenger, Way {
  readonly #owner: ReachOwner;
  readonly #carriage: Carriage;
  readonly #seat: number;
  readonly #second: Second | null;
  #wanted = false;
  #online = false;
  /** Its own carrier takes what it has. */
  #isThere = false;
  #sessionPresent = false;

  constructor(fleet: FleetContext, owner: ReachOwner) {
    this.#owner = owner;
    this.#carriage = fleet.carriageOf(carrierOf(fleet.plan, owner.index));
    this.#seat = this.#carriage.board(this);
    this.#second = secondOf(fleet, owner, this);
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
    if (!this.#carriage.hasHold) {
      if (!this.#carriage.isStalled) this.messages.pump(this);
      return;
    }
    const second = this.#second;
    const through = second?.fallBack.through ?? 'own';
    if (through !== 'other' && (this.messages.isWaiting || this.#hasCopies)) {
      this.#carriage.offer(this);
    }
    if (second === null || through === 'own') return;
    if (this.messages.isWaiting || second.way.isWaitedFor) second.way.offer();
  }

  resume(): void {
    this.pump();
  }

  handOver(most?: number): Handed[] {
    if (!this.#online) return [];
    const second = this.#second;
    if (second === null) return this.messages.handOver(most);
    const { through } = second.fallBack;
    if (through === 'other') return [];
    const fresh = this.messages.handOver(most);
    if (through === 'both' && second.way.isThere) second.way.copy(this.#copied(fresh));
    return [...second.copies.splice(0), ...fresh];
  }

  /** The other one asks. */
  handOverTo(way: SecondWay, most?: number): Handed[] {
    const second = this.#second;
    if (second === null || !this.#online || second.fallBack.through === 'own') return [];
    const fresh = this.messages.handOver(most);
    if (second.fallBack.through === 'both' && this.#isThere) {
      second.copies.push(...this.#copied(fresh));
    }
    return [...way.takeCopies(), ...fresh];
  }

  obeys(command: string, value: number): boolean {
    return this.#owner.parts.isUp && this.#owner.parts.obeys(command, value);
  }

  publish(...message: Parameters<Way['publish']>): boolean {
    return this.#carriage.publish(this.#seat, ...message);
  }

  connect(): void {
    this.#wanted = true;
    this.#carriage.ask(this);
    this.wayChanged();
  }

  hangUp(): void {
    this.#wanted = false;
    this.#forgetCopies();
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

  // --- told by the carriages --------------------------------------------------------------------

  picked(sessionPresent: boolean): void {
    this.#isThere = true;
    this.#sessionPresent = sessionPresent;
    this.#second?.fallBack.own(true);
    this.wayChanged();
  }

  dropped(reason: string): void {
    this.#isThere = false;
    this.#second?.fallBack.own(false);
    this.wayChanged(reason);
  }

  /** One of its carriers came or went, or it goes through another now. */
  wayChanged(reason = 'carrier'): void {
    const second = this.#second;
    const through = second?.fallBack.through ?? 'own';
    if (second !== null && through !== 'both') this.#forgetCopies();
    const isTaken =
      (through !== 'other' && this.#isThere) ||
      (through !== 'own' && second !== null && second.way.isThere);
    if (!isTaken) return this.#lost(reason);
    if (this.#online) return second === null ? undefined : this.pump();
    if (!this.#wanted) return;
    this.#wanted = false;
    this.#setOnline(true);
    this.#owner.tell({ type: 'CONNECTED', sessionPresent: this.#sessionPresent });
    this.#owner.parts.online(this.#sessionPresent);
    this.pump();
  }

  #lost(reason: string): void {
    if (!this.#online) return;
    this.#setOnline(false);
    this.#owner.tell({ type: 'LOST', reason });
  }

  get epoch(): number {
    return this.#owner.parts.epoch;
  }

  get isUp(): boolean {
    return this.#owner.parts.isUp;
  }

  /** Nothing waits for it at its carrier: off, booting or asleep it misses what comes. */
  get recipient(): Recipient | null {
    return this.#owner.parts.isUp ? this.#owner : null;
  }

  /** It listens to the carrier that it speaks through. */
  get recipientByOther(): Recipient | null {
    return (this.#second?.fallBack.through ?? 'own') === 'own' ? null : this.recipient;
  }

  get #hasCopies(): boolean {
    return this.#second !== null && this.#second.copies.length > 0;
  }

  /** What may come twice goes through both; everything else through whoever asks first. */
  #copied(fresh: readonly Handed[]): Handed[] {
    const twice = fresh.filter(({ message: [, , qos] }) => qos === 1);
    for (const { key } of twice) this.messages.share(key);
    return twice;
  }

  /** What one of the two was to have as well and has not fetched, it gets no longer. */
  #forgetCopies(): void {
    const second = this.#second;
    if (second === null) return;
    const copies = [...second.copies.splice(0), ...second.way.takeCopies()];
    // The last goes back first, so that the oldest stands in front.
    copies.sort((a, b) => b.intended - a.intended);
    for (const { key } of copies) this.messages.takeBack(key);
  }

  #setOnline(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    this.#carriage.hears?.(this.id, online);
    if (!online) this.#owner.parts.lost();
  }
}

function secondOf(fleet: FleetContext, owner: ReachOwner, own: CarriedConnection): Second | null {
  const { fallBack } = owner.device;
  const rules = owner.entry?.fallBack;
  if (fallBack === undefined || rules === undefined) return null;
  const seams = fleet.firmware as FallBackSeams | null;
  const after = (ms: number, action: () => void): void => void fleet.wheel.after(ms, action);
  const handsBack = (): boolean => seams?.handBack?.(owner.device.id) !== false;
  return {
    way: new SecondWay(own, fleet.carriageOf(fallBack)),
    fallBack: new FallBack(rules, after, () => own.wayChanged(), handsBack),
    copies: [],
  };
}
