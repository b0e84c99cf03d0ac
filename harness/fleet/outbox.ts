/**
 * What a device holds while it cannot send: first in, first out, within a declared bound and with a
 * declared drop policy. Messages that already reached the wire are the client's business; what is
 * in here never left the device, or came back from a carrier that has it no longer.
 */
import type { Values } from '#devices';
import type { Reply } from '../wire/light-client-mqtt5.ts';

export interface Outgoing {
  stream: number;
  n: number;
  intended: number;
  hash: number;
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
  retain: boolean;
  epoch: number;
  /** What it says, of a device that is carried: whoever stands between may read and rewrite it. */
  values: Values | null;
  /** Another of the same identity was on its way already: its end is the message's. */
  isSecond?: true;
  /** Of MQTT 5: what it repeats as an answer. */
  reply?: Reply | undefined;
  /** It left the device at least once. */
  wired: boolean;
  /** The one behind it in its outbox. */
  next: Outgoing | null;
}

/** A chain, since the empty outbox of an idle device must cost nothing but itself. */
export class Outbox {
  readonly #limit: number;
  readonly #drop: 'oldest' | 'newest';
  #first: Outgoing | null = null;
  #last: Outgoing | null = null;
  #size = 0;

  constructor(limit: number, drop: 'oldest' | 'newest') {
    this.#limit = limit;
    this.#drop = drop;
  }

  get isEmpty(): boolean {
    return this.#first === null;
  }

  /** The one that is taken next. */
  get first(): Outgoing | null {
    return this.#first;
  }

  /** Takes a message in; returns the one that had to go for it, if any. */
  put(message: Outgoing): Outgoing | null {
    if (this.#size < this.#limit) {
      this.#append(message);
      return null;
    }
    if (this.#drop === 'newest' || this.#size === 0) return message;
    const oldest = this.take();
    this.#append(message);
    return oldest;
  }

  /** Takes back the oldest; false where there is no room for it any more. */
  putBack(message: Outgoing): boolean {
    if (this.#size >= this.#limit) return false;
    message.next = this.#first;
    this.#first = message;
    this.#last ??= message;
    this.#size++;
    return true;
  }

  take(): Outgoing | null {
    const first = this.#first;
    if (first === null) return null;
    this.#first = first.next;
    if (this.#first === null) this.#last = null;
    first.next = null;
    this.#size--;
    return first;
  }

  /** Empties it, first to last. */
  clear(): Outgoing[] {
    const all: Outgoing[] = [];
    for (let one = this.take(); one !== null; one = this.take()) all.push(one);
    return all;
  }

  #append(message: Outgoing): void {
    if (this.#last === null) this.#first = message;
    else this.#last.next = message;
    this.#last = message;
    this.#size++;
  }
}
