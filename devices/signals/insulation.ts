/**
 * How the insulation of a winding ages: half as long a life by each ten kelvins more (Montsinger).
 * Of heat that follows an exponential that has no closed form, and Simpson's rule over short
 * stretches is as good as one.
 */

/** Of class F, by hours, at so much. */
export const LIFE_H = 20_000;
const LIFE_AT_C = 155;
const CELLS = 4;

/** Seconds of life that so many seconds took, with its temperature (°C) by the time in them. */
export function ageingIn(seconds: number, celsius: (s: number) => number): number {
  if (seconds <= 0) return 0;
  const fast = (s: number): number => Math.exp(((celsius(s) - LIFE_AT_C) / 10) * Math.LN2);
  const width = seconds / CELLS;
  let sum = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    const from = cell * width;
    sum += fast(from) + 4 * fast(from + width / 2) + fast(from + width);
  }
  return (sum * width) / 6;
}
