/** A value as a setting can have it. */
import type { Setting } from '#devices';

/** What binary fractions leave over in a count of steps. */
const EPSILON = 1e-9;
/** Decimal places and digits that a setting has at most; what lies beyond is left over as well. */
const DIGITS = 12;

/** The step next to it: steps are counted from `low`, and none lies above `high`. */
export function onStep(value: number, { low, high, step }: Setting): number {
  const most = Math.floor((high - low) / step + EPSILON);
  const count = Math.min(most, Math.max(0, Math.round((value - low) / step)));
  const made = Number((low + count * step).toFixed(DIGITS)).toPrecision(DIGITS);
  return Math.min(high, Math.max(low, Number(made)));
}
