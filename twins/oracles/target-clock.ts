/**
 * How far a target's clock is ahead of the run's. A target tells some instants by its own, which
 * may have begun to count at another time. What it says it did at one of them it did between two of
 * ours: it took in what was sent before it acknowledged that, and began what it was asked for
 * before it answered. That holds each time, so the clocks differ by no less than the one and by no
 * more than the other; between the two nobody can say.
 */

/** Least and most by which it is ahead, and what is likeliest. */
export interface Ahead {
  least: number;
  most: number;
  likely: number;
}

/** Of who goes by our own. */
export const NOT_AHEAD: Ahead = { least: 0, most: 0, likely: 0 };

/** Of whose clock nothing is known. */
const ANYHOW: Ahead = { least: -Infinity, most: Infinity, likely: 0 };

export class TargetClock {
  /** What a target rounds may be off by so much. */
  readonly #rounded: number;
  readonly #asked = new Map<string, number>();
  readonly #answered = new Map<string, number>();
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;

  /** In the unit of all times here; a target rounds to whole milliseconds. */
  constructor(rounded = 1) {
    this.#rounded = rounded;
  }

  /** Something that it says was at `at` was no sooner and no later than these of the run's. */
  saw(at: number, soonest: number, latest: number): void {
    this.#most = Math.min(this.#most, at - soonest);
    this.#least = Math.max(this.#least, at - latest);
  }

  /** Of what was asked for again nobody knows which word it heard: the first, or a later one. */
  asked(what: string, t: number): void {
    if (!this.#asked.has(what)) this.#asked.set(what, t);
  }

  answered(what: string, t: number): void {
    if (!this.#answered.has(what)) this.#answered.set(what, t);
  }

  /** It says, when it was asked for that at `t`, since when it does it. */
  began(what: string, from: number, t: number): void {
    const asked = this.#asked.get(what);
    if (asked !== undefined) this.saw(from, asked, this.#answered.get(what) ?? t);
  }

  get isKnown(): boolean {
    return Number.isFinite(this.#least) && Number.isFinite(this.#most);
  }

  /** Where what was seen does not agree, anything between is so. */
  get ahead(): Ahead {
    if (!this.isKnown) return ANYHOW;
    const least = Math.min(this.#least, this.#most) - this.#rounded;
    const most = Math.max(this.#least, this.#most) + this.#rounded;
    // The two may well be one.
    const likely = least <= 0 && most >= 0 ? 0 : Math.round((least + most) / 2);
    return { least, most, likely };
  }
}

/** When that was by the run: no sooner, no later, and likeliest. */
export const soonest = (at: number, { most }: Ahead): number => at - most;
export const latest = (at: number, { least }: Ahead): number => at - least;
export const inRun = (at: number, { likely }: Ahead): number => Math.max(0, at - likely);
