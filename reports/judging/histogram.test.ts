import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketEdge,
  bucketOf,
  HISTOGRAM_RESOLUTION,
  histogramOf,
  LatencyHistogram,
} from './histogram.ts';

const latencies = fc.array(fc.integer({ min: 0, max: 4_000_000_000_000 / 4 }), { minLength: 1 });

describe('buckets', () => {
  it('hold their value within the resolution', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), (us) => {
        const edge = bucketEdge(bucketOf(us));
        expect(edge).toBeGreaterThanOrEqual(us);
        expect(edge - us).toBeLessThanOrEqual(us * HISTOGRAM_RESOLUTION);
        if (bucketOf(us) > 0) expect(bucketEdge(bucketOf(us) - 1)).toBeLessThan(us);
      }),
      { seed: 11 },
    );
  });

  it('are right at every power of two', () => {
    for (let power = 0; power < 40; power++) {
      for (const us of [2 ** power - 1, 2 ** power, 2 ** power + 1]) {
        expect(bucketEdge(bucketOf(us))).toBeGreaterThanOrEqual(us);
        if (us > 0) expect(bucketEdge(bucketOf(us) - 1)).toBeLessThan(us);
      }
    }
  });
});

describe('percentiles', () => {
  it('agree with the sorted values within one bucket', () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0.001, max: 1, noNaN: true }), (values, share) => {
        const histogram = new LatencyHistogram();
        for (const value of values) histogram.record(value);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(share * sorted.length - 1e-9)) - 1] ?? 0;
        const got = histogram.percentile(share) ?? -1;
        expect(got).toBeGreaterThanOrEqual(exact);
        expect(got - exact).toBeLessThanOrEqual(exact * HISTOGRAM_RESOLUTION);
        expect(got).toBeLessThanOrEqual(histogram.maxUs);
      }),
      { seed: 12 },
    );
  });

  it('are the same after travelling as figures', () => {
    const direct = new LatencyHistogram();
    const figures: Record<string, number> = {};
    for (const us of [5, 5000, 5001, 123_456, 9_999_999]) {
      direct.record(us);
      const name = `us/${bucketOf(us)}`;
      figures[name] = (figures[name] ?? 0) + 1;
    }
    const travelled = histogramOf(figures, 'us/');
    expect(travelled.count).toBe(5);
    expect(travelled.percentile(0.5)).toBe(direct.percentile(0.5));
  });

  it('do not exist of nothing', () => {
    expect(new LatencyHistogram().percentile(0.5)).toBeNull();
  });
});
