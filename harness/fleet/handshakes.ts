/**
 * How many connection attempts may be under way at one time while a fleet warms up. Hundreds at
 * once overflow a listen queue and then measure the kernel's SYN retries; about sixty are also the
 * fastest. After the warm-up there is no limit: delaying an attempt then would throttle the very
 * herd that is to be measured.
 */
export class Handshakes {
  readonly #limit: number;
  readonly #isWarm: () => boolean;
  #waiting: (() => void)[] = [];
  /** Where the first that waits stands: to shift would move the whole queue for each. */
  #first = 0;
  #under = 0;
  #granting = false;

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
    // A wish that is no longer wanted ends as it begins: the loop below goes on with the next.
    if (this.#granting) return;
    this.#granting = true;
    try {
      this.#grant();
    } finally {
      this.#granting = false;
    }
  }

  #grant(): void {
    while (this.#first < this.#waiting.length && (this.#under < this.#limit || this.#isWarm())) {
      this.#under++;
      const start = this.#waiting[this.#first++];
      if (this.#first * 2 > this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#first);
        this.#first = 0;
      }
      start?.();
    }
  }
}
