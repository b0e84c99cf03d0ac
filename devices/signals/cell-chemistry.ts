/**
 * What is in a lithium cell: its voltage at rest by its charge, its resistance by its age, and how
 * fast it ages. Losses grow with the root of the cycles, so their squares add up cycle by cycle.
 */

const [KELVIN, WARM_K] = [273.15, 298.15];
/** Energy of activation over the gas constant. */
const AGEING_K = 31_700 / 8.314;
const CYCLES_OF_FADE = 800;

/** V, by the share of charge: steep where it is empty, and again where it is full. */
export const restingVoltage = (charge: number): number =>
  3.35 + 0.75 * charge - 0.45 * Math.exp(-20 * charge) + 0.1 * Math.exp(-20 * (1 - charge));

/** Of one that has lost a share of its capacity; its resistance, new, is in mΩ. */
export const ohms = (now: { resistance: number; stiffening: number }, loss: number): number =>
  (now.resistance / 1000) * (1 + now.stiffening * loss);

/** Square of what a full cycle takes at this temperature (Arrhenius). */
export function ageing({ fade }: { fade: number }, celsius: number): number {
  const faster = Math.exp(AGEING_K * (1 / WARM_K - 1 / (celsius + KELVIN)));
  return (fade * fade * faster * faster) / CYCLES_OF_FADE;
}
