/**
 * How long to stay away after a failure: full jitter, uniform below a bound that doubles up to a
 * cap. Without jitter it is the bound itself, which is what bad firmware does and what a checker
 * must see.
 */
export interface Backoff {
  baseMs: number;
  capMs: number;
  jitter: 'full' | 'none';
}

/** Doublings beyond this leave every sensible cap behind and would only overflow. */
const DOUBLINGS_MAX = 30;

/** The wait after failure number `attempt` (the first is 0); `unit` is a uniform draw in [0, 1). */
export function backoffMs(backoff: Backoff, attempt: number, unit: number): number {
  const factor = 1 << Math.min(Math.max(0, attempt), DOUBLINGS_MAX);
  const bound = Math.min(backoff.capMs, backoff.baseMs * factor);
  return backoff.jitter === 'full' ? bound * unit : bound;
}
