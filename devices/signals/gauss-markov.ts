/**
 * A disturbance that forgets itself: what it is now says the less of what it will be, the later
 * that is, by 1/e after its time constant. It is drawn on a grid, and on a line between two of its
 * points, so its value belongs to a time and not to how often it was asked for.
 */
import { normalAt } from '#kernel';

/** Its draws before time zero, after which it has forgotten that it ever began. */
const BEFORE = 64;

export class GaussMarkov {
  readonly #key: number;
  readonly #stepMs: number;
  readonly #keeps: number;
  #at = -BEFORE;
  #from: number;
  #to: number;

  /** Of a deviation of 1. */
  constructor(key: number, tauMs: number, stepMs: number) {
    this.#key = key;
    this.#stepMs = stepMs;
    this.#keeps = Math.exp(-stepMs / tauMs);
    this.#from = normalAt(key, 0);
    this.#to = this.#next(this.#from, 1);
  }

  /** At a time that is no earlier than the one asked for before. */
  at(t: number): number {
    const place = Math.floor(t / this.#stepMs);
    while (this.#at < place) {
      this.#at++;
      this.#from = this.#to;
      this.#to = this.#next(this.#from, this.#at + BEFORE + 1);
    }
    const share = Math.max(0, t / this.#stepMs - this.#at);
    return this.#from + share * (this.#to - this.#from);
  }

  #next(last: number, count: number): number {
    const keeps = this.#keeps;
    return last * keeps + Math.sqrt(1 - keeps * keeps) * normalAt(this.#key, count);
  }
}
