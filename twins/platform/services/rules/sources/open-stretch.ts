/**
 * The readings of one subject that are of no stretch that is over, by their own times, and how many
 * of them make the first stretch. Both are kept up reading by reading: to sort a whole place for
 * each message would cost the more the longer a stretch goes on.
 */
import type { Reading } from '../rows.ts';
import { inTurn } from './members.ts';

export class OpenStretch {
  readonly #gapMs: number;
  readonly #mostMs: number;
  /** In turn; of those that are alike, as they came. */
  #readings: Reading[] = [];
  /** So many of them are of the first stretch. */
  #length = 0;

  constructor(gapMs: number, mostMs: number) {
    this.#gapMs = gapMs;
    this.#mostMs = mostMs;
  }

  get first(): Reading | undefined {
    return this.#readings[0];
  }

  get last(): Reading | undefined {
    return this.#readings[this.#length - 1];
  }

  readings(): Reading[] {
    return this.#readings.slice(0, this.#length);
  }

  add(reading: Reading): void {
    const place = placeFor(this.#readings, (one) => inTurn(one, reading) > 0);
    this.#readings.splice(place, 0, reading);
    // Behind a pause or a cut it changes nothing that is before that.
    if (place > this.#length) return;
    if (place === this.#length) this.#grow();
    else if (place > 0) this.#length++;
    else this.#beginAt(reading);
  }

  /** The first stretch is over: what is of a time before `next` is gone. */
  drop(next: number): void {
    this.#readings.splice(
      0,
      placeFor(this.#readings, ({ at }) => at >= next),
    );
    this.#length = 0;
    this.#grow();
  }

  /** One stands before all others now: the same stretch is cut sooner, or it has one of its own. */
  #beginAt({ at }: Reading): void {
    const second = this.#readings[1];
    if (second === undefined || second.at - at > this.#gapMs) this.#length = 1;
    else {
      const cut = placeFor(this.#readings, (one) => one.at >= at + this.#mostMs);
      this.#length = Math.max(1, Math.min(this.#length + 1, cut));
    }
  }

  /** By what follows without a pause. */
  #grow(): void {
    const first = this.#readings[0];
    if (first === undefined) return;
    if (this.#length === 0) this.#length = 1;
    for (; this.#length < this.#readings.length; this.#length++) {
      const [one, before] = [this.#readings[this.#length], this.#readings[this.#length - 1]];
      if (one === undefined || before === undefined) return;
      if (one.at - before.at > this.#gapMs || one.at >= first.at + this.#mostMs) return;
    }
  }
}

/** Of the first that is so; all behind it are. */
function placeFor(readings: readonly Reading[], isSo: (one: Reading) => boolean): number {
  let [from, to] = [0, readings.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isSo(readings[middle] as Reading)) to = middle;
    else from = middle + 1;
  }
  return from;
}
