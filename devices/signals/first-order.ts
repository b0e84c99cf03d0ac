/**
 * The linear first-order state, the atom of all thermal physics here: it moves towards `inf` with
 * the time constant `tau`. Everything is closed form, so a jump of a day costs the same as one of a
 * second and gives the same answer as a thousand small steps.
 */

/**
 * Where a state that starts at `x` and is drawn to `inf` stands after `dt`. Same unit of time for
 * `dt` and `tau`.
 */
export const relax = (x: number, inf: number, tau: number, dt: number): number =>
  inf + (x - inf) * Math.exp(-dt / tau);

/**
 * When a state that starts at `x` and is drawn to `inf` meets `target`; Infinity when it never
 * does.
 */
export function timeToReach(x: number, inf: number, target: number, tau: number): number {
  const ratio = (inf - x) / (inf - target);
  return ratio >= 1 ? tau * Math.log(ratio) : Number.POSITIVE_INFINITY;
}

/**
 * A second lag `y` behind the first: y follows x, which itself relaxes from `x` to `inf`. The two
 * exponentials are taken apart only where their difference is large; where the time constants are
 * close, the quotient is formed through expm1, which stays exact through tau = lag.
 */
export function follow(
  y: number,
  x: number,
  inf: number,
  tau: number,
  lag: number,
  dt: number,
): number {
  const own = inf + (y - inf) * Math.exp(-dt / lag);
  const u = dt * (1 / lag - 1 / tau);
  const driven =
    Math.abs(u) > 1
      ? (Math.exp(-dt / tau) - Math.exp(-dt / lag)) / u
      : Math.exp(-dt / lag) * (u === 0 ? 1 : Math.expm1(u) / u);
  return own + (x - inf) * (dt / lag) * driven;
}
