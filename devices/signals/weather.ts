/**
 * What the sky does to a place: a sinusoidal day of temperature and a half-sine of sun.
 * Deliberately simple, so that mean and swing can be read off; the value belongs to a scenario time
 * and to nothing else.
 */

/** Hour of the day in [0, 24) at scenario time `t`, when the scenario begins at `hourAtStart`. */
export function hourOfDay(t: number, hourAtStart: number): number {
  const hour = (hourAtStart + t / 3_600_000) % 24;
  return hour < 0 ? hour + 24 : hour;
}

/** Least at 3 h, most at 15 h, as temperatures and much that people draw is. */
export const dayWave = (mean: number, swing: number, hour: number): number =>
  mean + swing * Math.sin((2 * Math.PI * (hour - 9)) / 24);

/** Share of the noon sun: a half-sine from 6 h to 18 h, nothing at night. */
export const sunShare = (hour: number): number =>
  Math.max(0, Math.sin((Math.PI * (hour - 6)) / 12));
