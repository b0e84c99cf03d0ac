/**
 * The flash of a gateway: written now and then, so that of what came in since the last time a loss
 * of power leaves nothing. A buffer in RAM has none.
 */
import type { PartDevice } from '../../part.ts';

export class Flash {
  readonly #device: PartDevice;
  /** Null where the buffer is in RAM. */
  readonly #everyMs: number | null;
  /** How many came in, and how many of these when it was last written. */
  #taken = 0;
  #written = 0;

  constructor(device: PartDevice, everyMs: number | null) {
    this.#device = device;
    this.#everyMs = everyMs;
  }

  begin(): void {
    const [device, everyMs] = [this.#device, this.#everyMs];
    if (everyMs === null) return;
    device.at(everyMs, {
      fire: (at) => {
        if (device.isPowered) this.#written = this.#taken;
        return device.isStopped ? Number.POSITIVE_INFINITY : at + everyMs;
      },
    });
  }

  get isThere(): boolean {
    return this.#everyMs !== null;
  }

  /** Out of turn, since its memory is about to go. */
  writeNow(): void {
    this.#written = this.#taken;
  }

  /** One more came in: the number by which it is known here. */
  take(): number {
    return this.#taken++;
  }

  /** Whether it is still there after a loss of power. */
  holds(seq: number): boolean {
    return this.#everyMs !== null && seq < this.#written;
  }
}
