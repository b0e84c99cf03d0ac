/**
 * What a carrier does for the devices it carries: their messages go out over its connection, under
 * keys that say whose each one is, and what comes back goes to whom it concerns. What it was given
 * it has: a device that loses its memory takes nothing back, and a carrier that does loses it all.
 * The way between the two has no faults of its own; that is a gateway's affair.
 */
import { assert, SEND_WINDOW, STREAMS_MAX } from '#kernel';
import type { Recipient } from './recipients.ts';
import type { Sender, Way } from './way.ts';

/** A device that is carried, as its carrier knows it. */
export interface Passenger {
  readonly id: string;
  readonly messages: Sender;
  /** Puts on the wire what waits. */
  pump(): void;
  /** There is a way now. */
  picked(sessionPresent: boolean): void;
  /** There is none any more. */
  dropped(reason: string): void;
  /** Who takes in what comes for it; null while nobody does. */
  readonly recipient: Recipient | null;
}

/**
 * Keys of one device, with room for far more numbers than a stream may have. Those of a carrier's
 * own messages stay as they are: its seat is 0.
 */
const KEYS = 2 ** 32 * STREAMS_MAX;
/** Keys of the last seat are whole numbers still. */
export const PASSENGERS_MAX = Math.floor((Number.MAX_SAFE_INTEGER + 1) / KEYS) - 1;

export class Carriage {
  readonly #passengers: Passenger[] = [];
  readonly #byId = new Map<string, Passenger>();
  #way: Way | null = null;
  #sessionPresent = false;

  /** Gives a passenger its seat. */
  board(passenger: Passenger): number {
    assert(this.#passengers.length < PASSENGERS_MAX, 'the plan knows how many one can carry');
    this.#byId.set(passenger.id, passenger);
    return this.#passengers.push(passenger);
  }

  /** So many publishes wait for the carrier's window at most. */
  get queueLimit(): number {
    return SEND_WINDOW * (1 + this.#passengers.length);
  }

  /** The passenger wants to be carried: at once where the carrier is connected. */
  ask(passenger: Passenger): void {
    if (this.#way !== null) passenger.picked(this.#sessionPresent);
  }

  publish(seat: number, ...[key, ...message]: Parameters<Way['publish']>): boolean {
    assert(key < KEYS, 'a message of a passenger has a key of its own');
    return this.#way?.publish(seat * KEYS + key, ...message) ?? false;
  }

  /** The passenger whose message it is; undefined for the carrier's own. */
  senderOf(key: number): Passenger | undefined {
    return this.#passengers[Math.floor(key / KEYS) - 1];
  }

  /** The key as its sender knows it. */
  keyOf(key: number): number {
    return key % KEYS;
  }

  passenger(device: string): Passenger | undefined {
    return this.#byId.get(device);
  }

  connected(way: Way, sessionPresent: boolean): void {
    this.#way = way;
    this.#sessionPresent = sessionPresent;
    for (const passenger of this.#passengers) passenger.picked(sessionPresent);
  }

  lost(reason: string): void {
    this.#way = null;
    for (const passenger of this.#passengers) passenger.dropped(reason);
  }

  /** The carrier lost its memory, and with it what it had been given. */
  forget(why: string): void {
    for (const { messages } of this.#passengers) messages.forgetGiven(why);
  }
}
