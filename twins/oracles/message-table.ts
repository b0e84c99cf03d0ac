/**
 * What is known of every message of one stream of one device: 20 bytes each, in pages indexed by n.
 * An honest stream is dense and fills its pages; a number far beyond, in a damaged ledger, gets a
 * page of its own and nothing in between. Instants are kept in tenths of a millisecond (enough for
 * witnesses and windows, good for 119 hours); whatever needs microseconds is computed while the
 * entry passes by.
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
  /** Sent again as a message of its own, though it had reached the other side before. */
  sentThoughSeen: 16384,
  /** Whoever carries its device gave it up before that had it. */
  letGo: 32_768,
} as const;

const TICK_US = 100;
const NIBBLE = 15;

/** Messages of a page. */
const PAGE = 64;

/**
 * Words of a message. The first holds three things, from its low bits on: what happened, how often
 * it was sent and seen, and its mark.
 */
const WORDS = 5;
const [STATE, HASH, SENT_AT, ACKED_AT, SEEN_AT] = [0, 1, 2, 3, 4];
const FLAGS = 0xffff;
const SENT_ONCE = 1 << 16;
const SEEN_ONCE = 1 << 20;
const MARK_AT = 24;

export class MessageTable {
  /** One past the largest n that was recorded by us or is planned. */
  length: number;
  maxSent = -1;
  maxSeen = -1;
  /** What the largest n seen was before `maxSeen` came. */
  maxSeenBefore = -1;
  readonly #planned: number;
  /** By n / PAGE; as long as what is there asks for. */
  readonly #pages: Uint32Array[] = [];

  constructor(planned: number) {
    this.#planned = Math.min(planned, NUMBERS_MAX);
    this.length = this.#planned;
  }

  /** Makes room for n; one beyond any honest stream is a phantom, not a reason to allocate. */
  admit(n: number): boolean {
    if (n >= NUMBERS_MAX) return false;
    const [index, row] = [Math.floor(n / PAGE), n % PAGE];
    const page = this.#pages[index];
    if (page === undefined || row * WORDS >= page.length) {
      this.#pages[index] = enlarged(page, this.#rowsOf(index, row, page));
    }
    if (n >= this.length) this.length = n + 1;
    return true;
  }

  /** Every n that is planned, or of which something is known, in order. */
  each(visit: (n: number) => void): void {
    for (let n = 0; n < this.#planned; n++) visit(n);
    // Keys and not indices: of a stream with a number far beyond there is little in between.
    for (const key of Object.keys(this.#pages)) {
      const first = Number(key) * PAGE;
      const end = first + (this.#pages[Number(key)]?.length ?? 0) / WORDS;
      for (let n = Math.max(first, this.#planned); n < end; n++) {
        if (this.flags(n) !== 0) visit(n);
      }
    }
  }

  has(n: number, what: number): boolean {
    return (this.flags(n) & what) !== 0;
  }

  flags(n: number): number {
    return this.#word(n, STATE) & FLAGS;
  }

  mark(n: number, what: number): void {
    this.#set(n, STATE, this.#word(n, STATE) | what);
  }

  unmark(n: number, what: number): void {
    this.#set(n, STATE, this.#word(n, STATE) & ~what);
  }

  sentCount(n: number): number {
    return (this.#word(n, STATE) >>> 16) & NIBBLE;
  }

  seenCount(n: number): number {
    return (this.#word(n, STATE) >>> 20) & NIBBLE;
  }

  countSent(n: number): void {
    if (this.sentCount(n) < NIBBLE) this.#set(n, STATE, this.#word(n, STATE) + SENT_ONCE);
  }

  countSeen(n: number): void {
    if (this.seenCount(n) < NIBBLE) this.#set(n, STATE, this.#word(n, STATE) + SEEN_ONCE);
  }

  /** Sent: low byte of the connection's number. Not sent: number of the reason. */
  markOf(n: number): number {
    return this.#word(n, STATE) >>> MARK_AT;
  }

  setMark(n: number, mark: number): void {
    const others = this.#word(n, STATE) & ((1 << MARK_AT) - 1);
    this.#set(n, STATE, others | (mark << MARK_AT));
  }

  hash(n: number): number {
    return this.#word(n, HASH);
  }

  setHash(n: number, hash: number): void {
    this.#set(n, HASH, hash);
  }

  sentAt(n: number): number {
    return this.#word(n, SENT_AT) * TICK_US;
  }

  setSentAt(n: number, t: number): void {
    this.#set(n, SENT_AT, Math.floor(t / TICK_US));
  }

  ackedAt(n: number): number {
    return this.#word(n, ACKED_AT) * TICK_US;
  }

  setAckedAt(n: number, t: number): void {
    this.#set(n, ACKED_AT, Math.floor(t / TICK_US));
  }

  seenAt(n: number): number {
    return this.#word(n, SEEN_AT) * TICK_US;
  }

  setSeenAt(n: number, t: number): void {
    this.#set(n, SEEN_AT, Math.floor(t / TICK_US));
  }

  #word(n: number, word: number): number {
    return this.#pages[Math.floor(n / PAGE)]?.[(n % PAGE) * WORDS + word] ?? 0;
  }

  /** Of what was never admitted nothing is kept. */
  #set(n: number, word: number, value: number): void {
    const page = this.#pages[Math.floor(n / PAGE)];
    if (page !== undefined) page[(n % PAGE) * WORDS + word] = value;
  }

  /** A page is as long as the plan asks for; beyond the plan it doubles. */
  #rowsOf(index: number, row: number, page: Uint32Array | undefined): number {
    const planned = this.#planned - index * PAGE;
    const doubled = ((page?.length ?? 0) / WORDS) * 2;
    return Math.min(PAGE, Math.max(row + 1, planned, doubled, 4));
  }
}

function enlarged(page: Uint32Array | undefined, rows: number): Uint32Array {
  const larger = new Uint32Array(rows * WORDS);
  if (page !== undefined) larger.set(page);
  return larger;
}
