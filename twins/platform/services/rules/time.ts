/**
 * The time that rules go by: that of whoever asked for the first of them, since windows are of the
 * devices' time and a platform's clock may begin whenever it likes. It goes on over a kill.
 */
import type { Clock } from '#kernel';
import type { RuleTables } from './tables.ts';

export class RuleTime {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #tables: RuleTables;
  #shift: number | null = null;

  constructor(clock: Pick<Clock, 'now'>, tables: RuleTables) {
    this.#clock = clock;
    this.#tables = tables;
  }

  load(): void {
    this.#shift = this.#tables.shift();
  }

  /** By how much it is ahead of the platform's clock. */
  get shift(): number {
    return this.#shift ?? 0;
  }

  now(): number {
    return this.#clock.now() + this.shift;
  }

  /** Whoever asks first sets it; `now` is not always said. */
  set(now: unknown): void {
    if (this.#shift !== null) return;
    const own = this.#clock.now();
    this.#shift = typeof now === 'number' && Number.isFinite(now) ? now - own : 0;
    this.#tables.setShift(this.#shift);
  }
}
