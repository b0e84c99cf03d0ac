/**
 * The built-in network profiles. Delays are one way and typical, not worst; a delay is drawn evenly
 * from delay ± jitter, so jitter never exceeds delay. Numbers are whole milliseconds and whole
 * kilobytes, which is what a Toxiproxy can do: one profile means the same in both gears. TCP hides
 * true packet loss, which shows as stalls.
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
];
