/**
 * TEST ONLY. A clock that stands still until it is told to move, and stops at every deadline on the
 * way. Timers due at one instant fire in the order in which they were set.
 */
import type { Timers } from '#kernel';

interface Deadline {
  at: number;
  action(): void;
}

export class ManualClock implements Timers {
  #now = 0;
  #deadlines: Deadline[] = [];

  now(): number {
    return this.#now;
  }

  /** Timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#deadlines.length;
  }

  after(delayMs: number, action: () => void): () => void {
    const deadline: Deadline = { at: this.#now + Math.max(0, delayMs), action };
    this.#deadlines.push(deadline);
    return () => {
      this.#deadlines = this.#deadlines.filter((other) => other !== deadline);
    };
  }

  advance(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#first(until); next !== undefined; next = this.#first(until)) {
      const due = next;
      this.#now = Math.max(this.#now, due.at);
      this.#deadlines = this.#deadlines.filter((other) => other !== due);
      due.action();
    }
    this.#now = until;
  }

  #first(until: number): Deadline | undefined {
    let first: Deadline | undefined;
    for (const deadline of this.#deadlines) {
      if (deadline.at <= until && (first === undefined || deadline.at < first.at)) first = deadline;
    }
    return first;
  }
}
