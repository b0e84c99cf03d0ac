/**
 * The latencies of a moment, put into few bins: what leaves the conductor four times a second must
 * stay small. The tally's own buckets are 5 % wide, and so is what a bin may be wrong at its edge.
 */
import { bucketEdgeMs } from '../fleet/tally.ts';

/** Upper bounds in seconds, as a dashboard shows them; one more bin holds what is beyond. */
export const LATENCY_BOUNDS_S = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const;

export interface LatencyBins {
  /** How many were in each bin, not in those below it as well. */
  counts: number[];
  /** Of all of them together, at most. */
  sumMs: number;
}

export const emptyBins = (): LatencyBins => ({
  counts: new Array<number>(LATENCY_BOUNDS_S.length + 1).fill(0),
  sumMs: 0,
});

export function binsOf(latency: readonly number[]): LatencyBins {
  const bins = emptyBins();
  latency.forEach((count, bucket) => {
    if (count === 0) return;
    const ms = bucketEdgeMs(bucket);
    // Half of a bucket's width to spare: an edge that is meant is not missed by a rounding.
    const found = LATENCY_BOUNDS_S.findIndex((bound) => ms <= bound * 1000 * 1.025);
    const bin = found < 0 ? LATENCY_BOUNDS_S.length : found;
    bins.counts[bin] = (bins.counts[bin] ?? 0) + count;
    bins.sumMs += count * ms;
  });
  return bins;
}

export const addBins = (a: LatencyBins, b: LatencyBins): LatencyBins => ({
  counts: a.counts.map((count, bin) => count + (b.counts[bin] ?? 0)),
  sumMs: a.sumMs + b.sumMs,
});
