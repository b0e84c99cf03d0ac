/**
 * A radio link in decibels: how much the distance takes away, how much the noise leaves, and what
 * that does to packets. Pure formulas with textbook answers; who is how far from what is decided in
 * health.ts.
 */
const LIGHT_M_PER_S = 299_792_458;
/** Thermal noise at 290 K. */
const NOISE_DBM_PER_HZ = -174;

/** Free-space path loss. */
export const freeSpaceLossDb = (distanceM: number, frequencyHz: number): number =>
  20 * Math.log10((4 * Math.PI * distanceM * frequencyHz) / LIGHT_M_PER_S);

/** Log-distance path loss: `lossAtDb` at the reference distance, then 10·exponent dB a decade. */
export const logDistanceLossDb = (
  distanceM: number,
  exponent: number,
  lossAtDb: number,
  referenceM = 1,
): number => lossAtDb + 10 * exponent * Math.log10(distanceM / referenceM);

export const noiseFloorDbm = (bandwidthHz: number, noiseFigureDb: number): number =>
  NOISE_DBM_PER_HZ + 10 * Math.log10(bandwidthHz) + noiseFigureDb;

/** Deepest fade that is told apart, dB: a draw of zero would otherwise be a fade without bottom. */
const FADE_DB_MAX = 90;

/**
 * How far below its mean a Rayleigh-faded signal stands, for a uniform draw in [0, 1); negative is
 * above.
 */
export const rayleighFadeDb = (unit: number): number =>
  Math.min(FADE_DB_MAX, -10 * Math.log10(-Math.log1p(-unit)));

/** Packet error rate: a logistic fall around the SNR at which half the packets are lost. */
export const packetErrorRate = (snrDb: number, halfLossSnrDb: number, slopePerDb: number): number =>
  1 / (1 + Math.exp(slopePerDb * (snrDb - halfLossSnrDb)));
