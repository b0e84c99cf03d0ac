/**
 * The clock of a run: stands at zero while things are brought up, and starts for everybody at one
 * instant. In the real gear the instant is one reading of the monotonic clock, which all processes
 * of a machine share.
 */
import type { Cancel, Clock } from '#kernel';

export class RunClock implements Clock {
  readonly #source: () => number;
  #origin: number | null = null;

  /** `source` counts milliseconds from any fixed instant. */
  constructor(source: () => number) {
    this.#source = source;
  }

  /** From here on time runs; `origin` is a reading of the source, also a future one. */
  start(origin = this.#source()): void {
    this.#origin = origin;
  }

  now(): number {
    return this.#origin === null ? 0 : Math.max(0, this.#source() - this.#origin);
  }

  after(delayMs: number, action: () => void): Cancel {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  }
}

/** Milliseconds of the machine's monotonic clock. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;
