/**
 * What a device holds while it cannot send: first in, first out, within a declared bound and with a
 * declared drop policy. Messages that already reached the wire are the client's business; what is
 * in here never left the device.
 */
export interface Outgoing {
  stream: number;
  n: number;
  intended: number;
  hash: number;
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
  retain: boolean;
  /** It left the device at least once. */
  wired: boolean;
}

export class Outbox {
  readonly #limit: number;
  readonly #drop: 'oldest' | 'newest';
  #items: Outgoing[] = [];
  #head = 0;

  constructor(limit: number, drop: 'oldest' | 'newest') {
    this.#limit = limit;
    this.#drop = drop;
  }

  get size(): number {
    return this.#items.length - this.#head;
  }

  /** Takes a message in; returns the one that had to go for it, if any. */
  put(message: Outgoing): Outgoing | null {
    if (this.size >= this.#limit) {
      if (this.#drop === 'newest' || this.size === 0) return message;
      const oldest = this.take();
      this.#items.push(message);
      return oldest;
    }
    this.#items.push(message);
    return null;
  }

  take(): Outgoing | null {
    const item = this.#items[this.#head];
    if (item === undefined) return null;
    this.#head++;
    if (this.#head > 64 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Empties it, first to last. */
  clear(): Outgoing[] {
    const rest = this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return rest;
  }
}
