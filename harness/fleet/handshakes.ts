/**
 * How many connection attempts may be under way at one time while a fleet warms up. Hundreds at
 * once overflow a listen queue and then measure the kernel's SYN retries; about sixty are also the
 * fastest. After the warm-up there is no limit: delaying an attempt then would throttle the very
 * herd that is to be measured.
 */
export class Handshakes {
  readonly #limit: number;
  readonly #isWarm: () => boolean;
  readonly #waiting: (() => void)[] = [];
  #under = 0;

  constructor(limit: number, isWarm: () => boolean) {
    this.#limit = limit;
    this.#isWarm = isWarm;
  }

  /** Starts an attempt now, or as soon as another has ended. */
  begin(start: () => void): void {
    if (this.#under >= this.#limit && !this.#isWarm()) {
      this.#waiting.push(start);
      return;
    }
    this.#under++;
    start();
  }

  /** An attempt came to an end, one way or the other. */
  end(): void {
    this.#under = Math.max(0, this.#under - 1);
    while (this.#waiting.length > 0 && (this.#under < this.#limit || this.#isWarm())) {
      this.#under++;
      this.#waiting.shift()?.();
    }
  }
}
