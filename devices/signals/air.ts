/** What the air in a room or cabinet holds: the heat that an open door exchanges. */
const DENSITY_KG_PER_M3 = 1.2;
const HEAT_J_PER_KG_K = 1005;

/**
 * Heat in joules that one full change of `volumeM3` of air carries, for each kelvin of difference.
 */
export const airHeatJPerK = (volumeM3: number): number =>
  DENSITY_KG_PER_M3 * HEAT_J_PER_KG_K * volumeM3;
