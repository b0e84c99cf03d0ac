/**
 * How far a target's clock is ahead of the run's. A target tells some instants by its own, which
 * may have begun to count at another time; what it took in, it took in after it was sent and before
 * it was acknowledged, and that holds for every message. So the clocks differ by no less than the
 * one and by no more than the other.
 */

/** What a target rounds to whole milliseconds may be off by so much. */
const ROUNDED_US = 1000;

export class TargetClock {
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;

  /** Something that it says was at `atUs` was no sooner and no later than these of the run's. */
  saw(atUs: number, soonestUs: number, latestUs: number): void {
    this.#most = Math.min(this.#most, atUs - soonestUs);
    this.#least = Math.max(this.#least, atUs - latestUs);
  }

  /** Microseconds; 0 where nothing tells, and where the two may well be one. */
  get aheadUs(): number {
    const [low, high] = [Math.min(this.#least, this.#most), Math.max(this.#least, this.#most)];
    if (!(Number.isFinite(low) && Number.isFinite(high))) return 0;
    if (low - ROUNDED_US <= 0 && high + ROUNDED_US >= 0) return 0;
    return Math.round((low + high) / 2);
  }
}
