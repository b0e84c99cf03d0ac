/**
 * The built-in network profiles. Delays are one way and typical, not worst; a delay is drawn evenly
 * from delay ± jitter, so jitter never exceeds delay. Numbers are whole milliseconds and whole
 * kilobytes, which is what a Toxiproxy can do: one profile means the same in both gears. TCP hides
 * true packet loss, which shows as stalls: of a link that loses a share of its packets the bad
 * spells take about that share of the time.
 */
import type { LinkProfile } from '#kernel';

export const NETWORKS: readonly LinkProfile[] = [
  { name: 'lan', delayMs: 1, jitterMs: 1, bytesPerSecond: 12_500_000 },
  { name: 'wifi', delayMs: 4, jitterMs: 4, bytesPerSecond: 2_500_000 },
  // Cat-M1: 375 kbit/s up; the slower direction is used for both.
  { name: 'lte-m', delayMs: 60, jitterMs: 60, bytesPerSecond: 46_000 },
  // Normal coverage, 40 kbit/s: half of the delay is jitter because of repetitions.
  { name: 'nb-iot', delayMs: 800, jitterMs: 400, bytesPerSecond: 5_000 },
  // Geostationary: light alone needs 239 ms up and down.
  { name: 'satellite', delayMs: 300, jitterMs: 20, bytesPerSecond: 64_000 },
  // The same satellite with 0.5 % of rain.
  {
    ...{ name: 'geo', delayMs: 300, jitterMs: 20, bytesPerSecond: 64_000 },
    radio: { stalls: { goodMs: 100_000, badMs: 500 } },
  },
  // A crowded hall: 3 %, and a second where it roams.
  {
    ...{ name: 'wifi-bad', delayMs: 30, jitterMs: 30, bytesPerSecond: 125_000 },
    radio: { stalls: { goodMs: 20_000, badMs: 600 } },
  },
  {
    ...{ name: 'lte-cat1', delayMs: 30, jitterMs: 30, bytesPerSecond: 625_000 },
    radio: { stalls: { goodMs: 80_000, badMs: 250 } },
  },
  // Deep indoors: repetitions without end, 5 %.
  {
    ...{ name: 'nb-iot-deep', delayMs: 3000, jitterMs: 1500, bytesPerSecond: 1000 },
    radio: { stalls: { goodMs: 38_000, badMs: 2000 } },
  },
  // Power saving mode: nobody hears of anything until he speaks, and for six seconds after.
  {
    ...{ name: 'nb-iot-psm', delayMs: 800, jitterMs: 400, bytesPerSecond: 5000 },
    radio: { stalls: { goodMs: 99_000, badMs: 1000 }, sleep: { activeMs: 6000, paging: null } },
  },
  // Extended discontinuous reception: and in a window for paging every 20.48 s.
  {
    ...{ name: 'nb-iot-edrx', delayMs: 800, jitterMs: 400, bytesPerSecond: 5000 },
    radio: {
      stalls: { goodMs: 99_000, badMs: 1000 },
      sleep: { activeMs: 2000, paging: { everyMs: 20_480, openMs: 2560 } },
    },
  },
  // Low orbit: another satellite every 15 s, by two spikes that meet, and 0.7 % of gaps.
  {
    ...{ name: 'leo', delayMs: 20, jitterMs: 10, bytesPerSecond: 625_000 },
    radio: {
      stalls: { goodMs: 200_000, badMs: 1500 },
      handover: { everyMs: 15_000, gapMs: 215 },
    },
  },
  // EDGE, congested: 2 %.
  {
    ...{ name: 'gsm', delayMs: 250, jitterMs: 250, bytesPerSecond: 7000 },
    radio: { stalls: { goodMs: 49_000, badMs: 1000 } },
  },
];
