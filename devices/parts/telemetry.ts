/** Readings: every scheduled sample ends in one account, also those that were never taken. */
import type { Paced } from '#kernel';
import { definePart, type Part, type PartDevice } from '../part.ts';

export default definePart({
  kind: 'telemetry',
  summary: 'measures on its schedule and sends what it measured',
  fits: () => true,
  streams: [
    {
      name: 'telemetry',
      noun: 'reading',
      way: 'up',
      schedule: { by: 'sampling' },
      kept: true,
      measured: true,
    },
  ],
  start: (device) => new Telemetry(device),
});

class Telemetry implements Part, Paced {
  readonly #device: PartDevice;
  readonly #stream: number;
  #next = 0;

  constructor(device: PartDevice) {
    this.#device = device;
    this.#stream = device.code('telemetry');
  }

  begin(): void {
    this.#device.at(this.#device.row.firstAt, this);
  }

  fire(): number {
    const due = this.#dueAt();
    const end = this.#device.samplingEnd;
    if (this.#device.isStopped || due >= end) return Number.POSITIVE_INFINITY;
    this.#sample(this.#next++, due);
    const next = this.#dueAt();
    return next < end ? next : Number.POSITIVE_INFINITY;
  }

  /** A run that is stopped early, or that lagged, still accounts for what was due by its end. */
  account(untilMs: number): void {
    const until = Math.min(untilMs, this.#device.samplingEnd);
    for (; this.#dueAt() < until; this.#next++) {
      this.#device.skip(this.#stream, this.#next, 'run-ended');
    }
  }

  #sample(n: number, intended: number): void {
    const device = this.#device;
    if (!device.isPowered) return device.skip(this.#stream, n, 'device-off');
    const values = device.body.sample(intended, n);
    device.send({ stream: this.#stream, n, intended, values });
  }

  #dueAt(): number {
    const { row, entry } = this.#device;
    return row.firstAt + this.#next * entry.everyMs;
  }
}
