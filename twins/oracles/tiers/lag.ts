/**
 * How far a target's time may be behind that of the fleet. It takes over what the operator says as
 * he asks, and when it heard that nobody knows: after he first asked, and before it answered.
 */
import type { LedgerEntry } from '#kernel';
import type { OracleFold } from '../oracle.ts';
import { TargetClock } from '../target-clock.ts';

export class TiersLag implements OracleFold {
  readonly #asked = new Map<string, number>();
  readonly #clocks = new Map<string, TargetClock>();

  step(entry: LedgerEntry): void {
    const { name, status } = entry as unknown as { name: string; status: number };
    const t = entry.t / 1000;
    const first = this.#asked.get(name) ?? t;
    if ((entry.op as string) === 'tiers/asked') this.#asked.set(name, first);
    else if (status === 200 && !this.#clocks.has(name)) {
      const clock = new TargetClock();
      clock.saw(first, first, t);
      this.#clocks.set(name, clock);
    }
  }

  /** Milliseconds; 0 where nobody answered, and nothing is begun. */
  of(name: string): number {
    return Math.max(0, -(this.#clocks.get(name)?.ahead.least ?? 0));
  }
}
