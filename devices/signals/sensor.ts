/**
 * From truth to what a sensor says: noise keyed by the sample's number, the sensor's rails, its
 * resolution. A value depends on (truth, key, n) alone, so skipping or repeating a sample changes
 * no other.
 */
import { normalAt } from '#kernel';
import type { SignalSpec } from '../device.ts';

/** The measured value of sample `n`. `noise` is a standard deviation in the signal's unit. */
export const measure = (
  truth: number,
  noise: number,
  key: number,
  n: number,
  spec: SignalSpec,
): number => quantise(noise > 0 ? truth + noise * normalAt(key, n) : truth, spec);

/** Of a power meter, which is off by a share of what it measures. */
export const measurePower = (watts: number, key: number, n: number, spec: SignalSpec): number =>
  measure(watts, watts * POWER_NOISE, key, n, spec);

const POWER_NOISE = 0.005;

/** To the nearest multiple of the step within the rails. */
export function quantise(value: number, { low, high, step }: SignalSpec): number {
  const railed = value < low ? low : value > high ? high : value;
  // Dividing by a whole 1/step gives the double nearest to the decimal: 20.3 and not
  // 20.300000000000001.
  const perUnit = Math.round(1 / step);
  const decimal = Math.abs(perUnit * step - 1) < 1e-12;
  const rounded = decimal
    ? Math.round(railed * perUnit) / perUnit
    : Math.round(railed / step) * step;
  return rounded === 0 ? 0 : rounded;
}
