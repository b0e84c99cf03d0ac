/** A value as a setting can have it. */
import type { Setting } from '#devices';

/** The step next to it; of those finer than one, without what binary fractions leave over. */
export function onStep(value: number, { low, high, step }: Setting): number {
  const steps = Math.round(1 / step);
  if (step < 1) return Math.round(value * steps) / steps;
  return Math.min(high, low + Math.round((value - low) / step) * step);
}
