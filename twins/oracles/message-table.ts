/**
 * What is known of every message of one stream of one device: 20 bytes each, in typed arrays
 * indexed by n, which is dense. Instants are kept in tenths of a millisecond (enough for witnesses
 * and windows, good for 119 hours); whatever needs microseconds is computed while the entry passes
 * by.
 */

import { NUMBERS_MAX } from '#kernel';

/** Bits of what happened to a message. */
export const HAPPENED = {
  sent: 1,
  acked: 2,
  refused: 4,
  notSent: 8,
  abandoned: 16,
  observed: 32,
  stored: 64,
  received: 128,
  /** Sent again as the protocol's retransmission. */
  resent: 256,
  /** Sent again as a message of its own. */
  sentAgain: 512,
  /** Reached the other side with bytes that were never sent. */
  altered: 1024,
  /** First sent after a later n. */
  sentLate: 2048,
  /** Came first as what the target retains, and not yet by itself. */
  handedOver: 4096,
  /** Sent beyond a limit that the target declares. */
  beyond: 8192,
} as const;

const TICK_US = 100;
const NIBBLE = 15;

export class MessageTable {
  /** One past the largest n that was recorded by us or is planned. */
  length = 0;
  maxSent = -1;
  maxSeen = -1;
  /** What the largest n seen was before `maxSeen` came. */
  maxSeenBefore = -1;
  #flags: Uint16Array;
  #counts: Uint8Array;
  #marks: Uint8Array;
  #hashes: Uint32Array;
  #sentAt: Uint32Array;
  #ackedAt: Uint32Array;
  #seenAt: Uint32Array;

  constructor(planned: number) {
    const capacity = Math.max(4, Math.min(planned, NUMBERS_MAX));
    this.length = Math.min(planned, NUMBERS_MAX);
    this.#flags = new Uint16Array(capacity);
    this.#counts = new Uint8Array(capacity);
    this.#marks = new Uint8Array(capacity);
    this.#hashes = new Uint32Array(capacity);
    this.#sentAt = new Uint32Array(capacity);
    this.#ackedAt = new Uint32Array(capacity);
    this.#seenAt = new Uint32Array(capacity);
  }

  /** Makes room for n; one beyond any honest stream is a phantom, not a reason to allocate. */
  admit(n: number): boolean {
    if (n >= NUMBERS_MAX) return false;
    if (n >= this.#flags.length) this.#grow(Math.max(n + 1, this.#flags.length * 2));
    if (n >= this.length) this.length = n + 1;
    return true;
  }

  has(n: number, what: number): boolean {
    return ((this.#flags[n] ?? 0) & what) !== 0;
  }

  flags(n: number): number {
    return this.#flags[n] ?? 0;
  }

  mark(n: number, what: number): void {
    this.#flags[n] = (this.#flags[n] ?? 0) | what;
  }

  unmark(n: number, what: number): void {
    this.#flags[n] = (this.#flags[n] ?? 0) & ~what;
  }

  sentCount(n: number): number {
    return (this.#counts[n] ?? 0) & NIBBLE;
  }

  seenCount(n: number): number {
    return (this.#counts[n] ?? 0) >> 4;
  }

  countSent(n: number): void {
    if (this.sentCount(n) < NIBBLE) this.#counts[n] = (this.#counts[n] ?? 0) + 1;
  }

  countSeen(n: number): void {
    if (this.seenCount(n) < NIBBLE) this.#counts[n] = (this.#counts[n] ?? 0) + 16;
  }

  /** Sent: low byte of the connection's number. Not sent: number of the reason. */
  markOf(n: number): number {
    return this.#marks[n] ?? 0;
  }

  setMark(n: number, mark: number): void {
    this.#marks[n] = mark & 255;
  }

  hash(n: number): number {
    return this.#hashes[n] ?? 0;
  }

  setHash(n: number, hash: number): void {
    this.#hashes[n] = hash;
  }

  sentAt(n: number): number {
    return (this.#sentAt[n] ?? 0) * TICK_US;
  }

  setSentAt(n: number, t: number): void {
    this.#sentAt[n] = Math.floor(t / TICK_US);
  }

  ackedAt(n: number): number {
    return (this.#ackedAt[n] ?? 0) * TICK_US;
  }

  setAckedAt(n: number, t: number): void {
    this.#ackedAt[n] = Math.floor(t / TICK_US);
  }

  seenAt(n: number): number {
    return (this.#seenAt[n] ?? 0) * TICK_US;
  }

  setSeenAt(n: number, t: number): void {
    this.#seenAt[n] = Math.floor(t / TICK_US);
  }

  #grow(capacity: number): void {
    const size = Math.min(capacity, NUMBERS_MAX);
    this.#flags = enlarged(this.#flags, new Uint16Array(size));
    this.#counts = enlarged(this.#counts, new Uint8Array(size));
    this.#marks = enlarged(this.#marks, new Uint8Array(size));
    this.#hashes = enlarged(this.#hashes, new Uint32Array(size));
    this.#sentAt = enlarged(this.#sentAt, new Uint32Array(size));
    this.#ackedAt = enlarged(this.#ackedAt, new Uint32Array(size));
    this.#seenAt = enlarged(this.#seenAt, new Uint32Array(size));
  }
}

function enlarged<T extends Uint8Array | Uint16Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
