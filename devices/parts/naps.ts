/**
 * The duty cycle of a device that sleeps between its samples: awake for a while, away for the rest
 * of the period, and awake for good once sampling is over, so that what it holds may still go.
 */
import type { Paced } from '#kernel';
import { definePart, type Part, type PartDevice } from '../part.ts';

export default definePart({
  kind: 'naps',
  summary: 'sleeps between its samples and wakes to send',
  fits: (entry) => entry.sleep !== null,
  start: (device) => new Naps(device),
});

class Naps implements Part, Paced {
  readonly #device: PartDevice;
  #begun = false;
  #awake = true;
  #due = 0;

  constructor(device: PartDevice) {
    this.#device = device;
  }

  /** From when it is up: one that sleeps before it has booted would not hear of it. */
  booted(): void {
    const { sleep } = this.#device.entry;
    if (this.#begun || sleep === null) return;
    this.#begun = true;
    this.#due = this.#device.now() + sleep.awakeMs;
    this.#device.at(this.#due, this);
  }

  fire(): number {
    const { sleep } = this.#device.entry;
    if (this.#device.isStopped || sleep === null) {
      this.#device.tell({ type: 'WAKE' });
      return Number.POSITIVE_INFINITY;
    }
    this.#device.tell({ type: this.#awake ? 'SLEEP' : 'WAKE' });
    this.#due += this.#awake ? sleep.everyMs - sleep.awakeMs : sleep.awakeMs;
    this.#awake = !this.#awake;
    return this.#due;
  }
}
