/**
 * What stands in a tank that is filled evenly and drains through a hole: A dh/dt = q - c √h. With
 * s = √h the way there is known in closed form, and where it has come after a time is looked for by
 * Newton from the side from which it cannot miss, so one long stretch is as exact as many short.
 */

/** Metres per second squared. */
const G = 9.81;

/** m³/s per √m through a hole of this area (m²), of which the jet takes a share (Cd). */
export const drainOf = (share: number, area: number): number => share * area * Math.sqrt(2 * G);

/**
 * Height (m) after `dt` seconds in a tank of `area` m² with `inflow` m³/s and a drain of `drain`
 * m³/s per √m.
 */
export function heightAfter(
  h: number,
  { area, inflow, drain }: { area: number; inflow: number; drain: number },
  dt: number,
): number {
  if (dt <= 0) return h;
  if (drain <= 0) return h + (inflow * dt) / area;
  const s = Math.sqrt(Math.max(0, h));
  const k = (drain * dt) / (2 * area);
  if (inflow <= 0) return square(Math.max(0, s - k));
  const steady = inflow / drain;
  const away = s - steady;
  return away === 0 ? h : square(steady + away * Math.exp(exponentFor(away, steady, k)));
}

const square = (x: number): number => x * x;

const ROUNDS_MAX = 100;

/**
 * Of how far it is away, the share that is left, as a logarithm w: away (e^w - 1) + steady w = -k.
 * It rises with w, bent one way, and each step from the outer side stays on that side.
 */
function exponentFor(away: number, steady: number, k: number): number {
  let w = away > 0 ? 0 : (away - k) / steady;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const step = (away * Math.expm1(w) + steady * w + k) / (away * Math.exp(w) + steady);
    w -= step;
    if (Math.abs(step) <= 1e-15 * Math.max(1, Math.abs(w))) break;
  }
  return w;
}
