/**
 * How long a LoRa packet is on the air, by the formula of Semtech's data sheets (SX1272, SX1276),
 * and how much one may hold in the European band at 868 MHz.
 */

interface Radio {
  /** Spreading factor, 7 to 12. */
  sf: number;
  bandwidthHz?: number;
  /** 1 for 4/5 up to 4 for 4/8. */
  codingRate?: number;
  preamble?: number;
  hasHeader?: boolean;
  hasCrc?: boolean;
}

/** Symbols so long need the low data rate to be optimised. */
const SLOW_SYMBOL_MS = 16;

/** Of a packet with so many bytes of its own, headers of the layers above included. */
export function airtimeMs(bytes: number, radio: Radio): number {
  const { sf, bandwidthHz = 125_000, codingRate = 1, preamble = 8 } = radio;
  const { hasHeader = true, hasCrc = true } = radio;
  const symbolMs = (1000 * (1 << sf)) / bandwidthHz;
  const optimised = symbolMs >= SLOW_SYMBOL_MS ? 1 : 0;
  const bits = 8 * bytes - 4 * sf + 28 + (hasCrc ? 16 : 0) - (hasHeader ? 0 : 20);
  const blocks = Math.ceil(bits / (4 * (sf - 2 * optimised)));
  const symbols = 8 + Math.max(blocks * (codingRate + 4), 0);
  return (preamble + 4.25 + symbols) * symbolMs;
}

/** MHDR, FHDR without options, FPort and MIC around what an application says. */
export const LORAWAN_BYTES = 1 + 7 + 1 + 4;

/** What an application may say in one packet of EU868, DR5 to DR0, where repeaters may stand. */
const PAYLOAD_MAX: Readonly<Record<number, number>> = {
  7: 222,
  8: 222,
  9: 115,
  10: 51,
  11: 51,
  12: 51,
};

export const payloadMax = (sf: number): number => PAYLOAD_MAX[sf] ?? 0;
