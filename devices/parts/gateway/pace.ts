/** How fast a gateway may send on: a number of messages a second, and no saving up for later. */
import type { PartDevice } from '../../part.ts';

export class Pace {
  readonly #device: PartDevice;
  /** Null where it sends as fast as the uplink takes. */
  readonly #rateHz: number | null;
  /** It may go on. */
  readonly #again: () => void;
  /** When the next one may go. */
  #freeAt = 0;
  #isWaiting = false;

  constructor(device: PartDevice, rateHz: number | null, again: () => void) {
    this.#device = device;
    this.#rateHz = rateHz;
    this.#again = again;
  }

  /** Whether one may go now, and then it does; otherwise it says when to look again. */
  takesOne(): boolean {
    if (this.#rateHz === null) return true;
    const now = this.#device.now();
    if (this.#freeAt > now + 1e-6) {
      this.#lookAgain();
      return false;
    }
    // What it did not use is gone, but for the wheel's own rounding.
    this.#freeAt = Math.max(this.#freeAt, now - this.#device.plan.quantumMs) + 1000 / this.#rateHz;
    return true;
  }

  #lookAgain(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#device.at(this.#freeAt, {
      fire: () => {
        this.#isWaiting = false;
        this.#again();
        return Number.POSITIVE_INFINITY;
      },
    });
  }
}
