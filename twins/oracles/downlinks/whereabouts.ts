/**
 * When one child could not hear what was said to it, by its own word: it was off, booting or
 * asleep. Whoever carries it takes no other reason for its own.
 */
import type { Span } from '../timeline.ts';

export class Whereabouts {
  readonly #away: Span[] = [];
  /** Since when it is, until it is back; null while it is there. */
  #since: number | null = Number.NEGATIVE_INFINITY;
  #runs = false;
  #sleeps = false;

  /** Of its statechart, which has a region for its power and one for its connection. */
  entered(t: number, state: string): void {
    if (state.startsWith('power.')) this.#runs = state === 'power.on';
    else if (state.startsWith('connection.')) this.#sleeps = state === 'connection.sleeping';
    const isThere = this.#runs && !this.#sleeps;
    if (isThere && this.#since !== null) {
      this.#away.push({ from: this.#since, to: t });
      this.#since = null;
    } else if (!isThere) this.#since ??= t;
  }

  /** Whether it was there from first to last. */
  isThere({ from, to }: Span): boolean {
    if (this.#since !== null && this.#since <= to) return false;
    return this.#away.every((away) => away.to < from || away.from > to);
  }
}
