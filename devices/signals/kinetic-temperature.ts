/**
 * Mean kinetic temperature: the constant temperature that ages goods as much as the measured course
 * did. The label of a cold chain, since one warm hour weighs more than one cold hour makes good.
 */

/** Activation energy over the gas constant, K; the value the pharmacopoeia uses. */
const ACTIVATION_K = 10_000;
const ZERO_CELSIUS_K = 273.15;

/** °C in, °C out. NaN of nothing: no course has no mean. */
export function meanKineticTemperature(celsius: readonly number[]): number {
  let sum = 0;
  for (const value of celsius) sum += Math.exp(-ACTIVATION_K / (value + ZERO_CELSIUS_K));
  return -ACTIVATION_K / Math.log(sum / celsius.length) - ZERO_CELSIUS_K;
}
