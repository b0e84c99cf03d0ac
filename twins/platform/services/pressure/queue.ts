/**
 * The bounded way in: so many messages a second are let in, in the order in which they came, but
 * for those that must not wait, which go before all others. What is let in is on its way until it
 * is committed, and of those only so many are let in at one time: a slow store fills the queue, and
 * not the memory behind it.
 */
import type { Clock } from '#kernel';
import type { Limits } from './limits.ts';

/** Lets a message in; it is told when that is committed. */
export type Enter = (committed: () => void) => void;

/** Those of so many milliseconds are let in together, since a timer is not finer than that. */
const BURST_MS = 5;
/** So many milliseconds' worth of messages may be in the store's hands at one time. */
const INSIDE_MS = 250;
const INSIDE_LEAST = 8;

export class TurnQueue {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #changed: () => void;
  #waiting: Enter[] = [];
  /** Of `waiting`, those before it have been let in. */
  #head = 0;
  /** When each that is on its way in was let in, oldest first. */
  readonly #inside = new Map<number, number>();
  #count = 0;
  /** When the next is due, at the pace of the capacity. */
  #nextAt = 0;
  #isArmed = false;

  /** `changed` is called whenever one is let in or done with. */
  constructor(clock: Clock, limits: Limits, changed: () => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#changed = changed;
  }

  get waiting(): number {
    return this.#waiting.length - this.#head;
  }

  /** Waiting for their turn, and for their commit. */
  get depth(): number {
    return this.waiting + this.#inside.size;
  }

  /** For how long the oldest that was let in waits for its commit. */
  get stuckMs(): number {
    const [oldest] = this.#inside.values();
    return oldest === undefined ? 0 : this.#clock.now() - oldest;
  }

  /** Before all others, and at once. */
  push(enter: Enter): void {
    this.#let(enter);
  }

  put(enter: Enter): void {
    this.#waiting.push(enter);
    this.#go();
  }

  #go(): void {
    const now = this.#clock.now();
    const most = Math.max(INSIDE_LEAST, (this.#limits.capacity * INSIDE_MS) / 1000);
    while (this.waiting > 0 && this.#inside.size < most && this.#nextAt - now <= BURST_MS) {
      const enter = this.#waiting[this.#head++];
      if (enter !== undefined) this.#let(enter);
    }
    if (this.#head > 1000 || this.#head === this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    // Where the store is what is waited for, its commit goes on.
    if (this.waiting > 0 && this.#inside.size < most) this.#arm(this.#nextAt - now);
  }

  #arm(inMs: number): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    this.#clock.after(Math.max(1, inMs), () => {
      this.#isArmed = false;
      this.#go();
      this.#changed();
    });
  }

  #let(enter: Enter): void {
    const now = this.#clock.now();
    const key = this.#count++;
    this.#inside.set(key, now);
    this.#nextAt = Math.max(this.#nextAt, now) + 1000 / this.#limits.capacity;
    enter(() => {
      if (!this.#inside.delete(key)) return;
      this.#go();
      this.#changed();
    });
  }
}
