/**
 * Latencies by the microsecond in buckets of at most 0.8 %: 128 per doubling. Counts of many lanes
 * add up exactly, so a percentile does not depend on how the fleet was split; it is the upper edge
 * of its bucket, never less than the true value and never more than the largest seen.
 */
import type { SpanRow } from '../result.ts';

const PER_DOUBLING = 128;
const PER_DOUBLING_LOG2 = 7;
const LARGEST_LOG2 = 40;
const BUCKETS = PER_DOUBLING + (LARGEST_LOG2 - PER_DOUBLING_LOG2) * PER_DOUBLING;

/** Said in the report. */
export const HISTOGRAM_RESOLUTION = 1 / PER_DOUBLING;

export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  count = 0;
  maxUs = 0;

  record(us: number): void {
    const value = us > 0 ? Math.round(us) : 0;
    this.addBucket(bucketOf(value), 1);
    if (value > this.maxUs) this.maxUs = value;
  }

  /** For counts that travelled as figures; the bucket's edge stands for its largest value. */
  addBucket(bucket: number, count: number): void {
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    this.count += count;
  }

  /** Upper edge of the bucket that holds the percentile, in microseconds; null when empty. */
  percentile(share: number): number | null {
    if (this.count === 0) return null;
    let left = Math.max(1, Math.ceil(share * this.count - 1e-9));
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) {
        const edge = bucketEdge(bucket);
        return this.maxUs > 0 ? Math.min(edge, this.maxUs) : edge;
      }
    }
    return this.maxUs;
  }

  percentileMs(share: number): number | null {
    const us = this.percentile(share);
    return us === null ? null : us / 1000;
  }
}

/** What a report says of a distribution, in milliseconds. */
export const spanFigures = (histogram: LatencyHistogram): Omit<SpanRow, 'name'> => ({
  count: histogram.count,
  p50: histogram.percentileMs(0.5),
  p90: histogram.percentileMs(0.9),
  p99: histogram.percentileMs(0.99),
  p999: histogram.percentileMs(0.999),
  max: histogram.count === 0 ? null : Math.round(histogram.maxUs) / 1000,
});

/** Values below 128 have a bucket each. */
export function bucketOf(us: number): number {
  if (us < PER_DOUBLING) return us;
  const doubling = Math.floor(Math.log2(us));
  // log2 may round up across a power of two.
  const exact = 2 ** doubling > us ? doubling - 1 : doubling;
  const scale = exact - PER_DOUBLING_LOG2;
  const bucket = (scale + 1) * PER_DOUBLING + (Math.floor(us / 2 ** scale) - PER_DOUBLING);
  return Math.min(bucket, BUCKETS - 1);
}

/** The largest whole value that falls into the bucket. */
export function bucketEdge(bucket: number): number {
  if (bucket < PER_DOUBLING) return bucket;
  const scale = Math.floor(bucket / PER_DOUBLING) - 1;
  const step = bucket % PER_DOUBLING;
  return (PER_DOUBLING + step + 1) * 2 ** scale - 1;
}

/** The smallest whole value that falls into the bucket. */
export const bucketFloor = (bucket: number): number =>
  bucket === 0 ? 0 : bucketEdge(bucket - 1) + 1;

/** A histogram out of figures `prefix<bucket>`: how distributions travel in evidence. */
export function histogramOf(
  figures: Readonly<Record<string, number>>,
  prefix: string,
): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const [name, count] of Object.entries(figures)) {
    if (name.startsWith(prefix)) histogram.addBucket(Number(name.slice(prefix.length)), count);
  }
  return histogram;
}
