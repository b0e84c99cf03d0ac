/**
 * What a carrier does for the devices it carries: their messages go out over its connection, under
 * keys that say whose each one is, and what comes back goes to whom it concerns. Where a part of
 * the carrier stands between, they go into its hold first; where none does, what it was given it
 * has: a device that loses its memory takes nothing back, and a carrier that does loses it all.
 */
import type { Settled } from '#devices';
import { assert, NUMBERS_MAX, SEND_WINDOW, STREAMS_MAX } from '#kernel';
import { Hold, type Keeper, type Packing, type ReadValues } from './hold.ts';
import type { LocalLines } from './local-lines.ts';
import type { Passenger } from './passenger.ts';
import type { Recipient, Sorted } from './recipients.ts';
import type { Sender, Way } from './way.ts';

/**
 * Keys of one device, with room for far more numbers than a stream may have. Those of a carrier's
 * own messages stay as they are: its seat is 0.
 */
const KEYS = 2 ** 32 * STREAMS_MAX;
/** Keys of packets that hold several messages: no number of a carrier's own is as high. */
const PACKETS_FROM = NUMBERS_MAX * STREAMS_MAX;
/** Keys of the last seat are whole numbers still. */
export const PASSENGERS_MAX = Math.floor((Number.MAX_SAFE_INTEGER + 1) / KEYS) - 1;

export class Carriage {
  readonly passengers: Passenger[] = [];
  readonly #seats = new Map<Passenger, number>();
  readonly #byId = new Map<string, Passenger>();
  readonly #byIndex = new Map<number, Passenger>();
  /** The carrier's connection. */
  way: Way | null = null;
  /** The carrier's own messages, which wait while its radio carries nothing. */
  radio: { readonly isStalled: boolean } | null = null;
  /** Where a part of the carrier answers channels of its passengers. */
  lines: LocalLines | null = null;
  /** Whoever wants to know which of them are there. */
  hears: ((device: string, isThere: boolean) => void) | null = null;
  #sessionPresent = false;
  #hold: Hold | null = null;

  /** Gives a passenger its seat. */
  board(passenger: Passenger): number {
    assert(this.passengers.length < PASSENGERS_MAX, 'the plan knows how many one can carry');
    this.#byId.set(passenger.id, passenger);
    this.#byIndex.set(passenger.index, passenger);
    const seat = this.passengers.push(passenger);
    this.#seats.set(passenger, seat);
    return seat;
  }

  at(index: number): Passenger | undefined {
    return this.#byIndex.get(index);
  }

  /** For a part that stands between: from now on all goes into the hold, before anybody lives. */
  holdFor(keeper: Keeper, window: number, read: ReadValues, packing: Packing | null = null): Hold {
    this.#hold = new Hold(this, keeper, window, read, packing);
    return this.#hold;
  }

  /** The carrier's radio carries nothing, for nobody. */
  get isStalled(): boolean {
    return this.radio?.isStalled === true;
  }

  /** It carries again, unless the next stall has begun. */
  resume(): void {
    if (this.isStalled || this.way === null) return;
    if (this.#hold !== null) return this.#hold.cleared();
    for (const passenger of this.passengers) passenger.pump();
  }

  get hasHold(): boolean {
    return this.#hold !== null;
  }

  /** So many publishes wait for the carrier's window at most. */
  get queueLimit(): number {
    return SEND_WINDOW * (1 + this.passengers.length);
  }

  /** The passenger wants to be carried: at once where somebody takes what it has. */
  ask(passenger: Passenger): void {
    if (this.#hold !== null) {
      if (this.#hold.isOpen) passenger.picked(false);
    } else if (this.way !== null) passenger.picked(this.#sessionPresent);
  }

  /** It has something for the target. */
  offer(passenger: Passenger): void {
    this.#hold?.offered(passenger);
  }

  publish(seat: number, ...[key, ...message]: Parameters<Way['publish']>): boolean {
    return this.way?.publish(keyAt(seat, key), ...message) ?? false;
  }

  keyFor(passenger: Passenger, key: number): number {
    return keyAt(this.#seats.get(passenger) ?? 0, key);
  }

  keyOfPacket(serial: number): number {
    return keyAt(0, PACKETS_FROM + serial);
  }

  /** Whose message it is, or who tells all whose messages it holds; undefined for the carrier's. */
  senderOf(key: number): { messages: Sender; pump(): void } | undefined {
    if (key >= PACKETS_FROM && key < KEYS) return this.#hold?.packet(key);
    return this.passengers[Math.floor(key / KEYS) - 1];
  }

  /** The key as its sender knows it. */
  keyOf(key: number): number {
    return key % KEYS;
  }

  /** Its sender has heard of it already. */
  settled(key: number, how: Settled): void {
    this.#hold?.settled(key, how);
  }

  /** Something came down for a passenger; a part that stands between says when it has it. */
  give(passenger: Passenger, message: Sorted, take: (to: Recipient) => void): void {
    if (this.#hold !== null) return this.#hold.brought(passenger, message, take);
    if (passenger.recipient !== null) take(passenger.recipient);
  }

  passenger(device: string): Passenger | undefined {
    return this.#byId.get(device);
  }

  connected(sessionPresent: boolean): void {
    this.#sessionPresent = sessionPresent;
    if (this.#hold !== null) return;
    for (const passenger of this.passengers) passenger.picked(sessionPresent);
  }

  lost(reason: string): void {
    if (this.#hold !== null) return;
    for (const passenger of this.passengers) passenger.dropped(reason);
  }

  /** The carrier restarts in good order: what came down and was not handed over is gone. */
  restarting(why: string): void {
    this.#hold?.letGoAll(why);
  }

  /** The carrier lost its memory, and with it what it had been given. */
  forget(why: string): void {
    if (this.#hold !== null) return this.#hold.forget(why);
    for (const { messages } of this.passengers) messages.forgetGiven(why);
  }
}

function keyAt(seat: number, key: number): number {
  assert(key < KEYS, 'a message of a passenger has a key of its own');
  return seat * KEYS + key;
}
