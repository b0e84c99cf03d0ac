/**
 * Curves over the time of the run, in about 120 buckets: whatever a report draws is counted here.
 */
import type { Timeline } from '#oracles';
import type { Series } from '../result.ts';
import { LatencyHistogram } from './histogram.ts';

const BUCKETS_WISHED = 120;
const STEP_MS_MIN = 100;

export class Curves {
  readonly stepMs: number;
  readonly #buckets: number;
  readonly #counts = new Map<string, Float64Array>();
  /** By instant, by how many there are more or less from then on. */
  readonly #changes = new Map<string, Map<number, number>>();
  readonly #lasted = new Map<string, Float64Array>();
  readonly #endUs: number;
  readonly #latency: (LatencyHistogram | undefined)[] = [];

  constructor(timeline: Timeline) {
    const endMs = Math.max(1, timeline.end / 1000);
    this.#endUs = endMs * 1000;
    this.stepMs = niceStep(endMs / BUCKETS_WISHED);
    this.#buckets = Math.max(1, Math.ceil(endMs / this.stepMs));
  }

  count(name: string, us: number, by = 1): void {
    const counts = this.#bucketsOf(this.#counts, name);
    const bucket = this.#bucketOf(us);
    counts[bucket] = (counts[bucket] ?? 0) + by;
  }

  latency(intendedUs: number, latencyUs: number): void {
    const bucket = this.#bucketOf(intendedUs);
    const histogram = this.#latency[bucket] ?? new LatencyHistogram();
    histogram.record(latencyUs);
    this.#latency[bucket] = histogram;
  }

  /**
   * Something was so from one instant up to another. Sums of whole microseconds are the same in
   * any order.
   */
  lasted(name: string, from: number, to: number): void {
    const [begin, end] = [Math.max(0, Math.round(from)), Math.round(Math.min(to, this.#endUs))];
    if (!(begin < end)) return;
    const lasted = this.#bucketsOf(this.#lasted, name);
    const stepUs = this.stepMs * 1000;
    for (let bucket = this.#bucketOf(begin); bucket < this.#buckets; bucket++) {
      const [low, high] = [Math.max(begin, bucket * stepUs), Math.min(end, (bucket + 1) * stepUs)];
      if (low >= high) break;
      lasted[bucket] = (lasted[bucket] ?? 0) + high - low;
    }
  }

  /** The same of what `most` is asked for. */
  stood(name: string, from: number, to: number): void {
    const [begin, end] = [Math.max(0, Math.round(from)), Math.round(to)];
    if (!(begin < end)) return;
    const changes = this.#changes.get(name) ?? new Map<number, number>();
    this.#changes.set(name, changes);
    changes.set(begin, (changes.get(begin) ?? 0) + 1);
    if (end < this.#endUs) changes.set(end, (changes.get(end) ?? 0) - 1);
  }

  /** How many there were on average, per bucket; what is short is there for its share of it. */
  average(name: string, unit: string): Series {
    const stepUs = this.stepMs * 1000;
    return this.#series(name, unit, (bucket) => {
      const width = Math.min(this.#endUs, (bucket + 1) * stepUs) - bucket * stepUs;
      return thousandths((this.#lasted.get(name)?.[bucket] ?? 0) / Math.max(1, Math.floor(width)));
    });
  }

  /** How many there were at most at one time, per bucket. */
  most(name: string, unit: string): Series {
    const changes = [...(this.#changes.get(name) ?? [])].sort(([a], [b]) => a - b);
    const stepUs = this.stepMs * 1000;
    let [now, at] = [0, 0];
    return this.#series(name, unit, (bucket) => {
      let most = now;
      for (; at < changes.length; at++) {
        const [us, by] = changes[at] as readonly [number, number];
        if (us >= (bucket + 1) * stepUs) break;
        now += by;
        most = Math.max(most, now);
      }
      return most;
    });
  }

  /** What was counted under a name, per bucket. */
  counted(name: string, unit: string): Series {
    return this.#series(name, unit, (bucket) => this.#count(name, bucket));
  }

  /** `connected` comes from the fleet's curve: one value per bucket end. */
  close(connectedAt: (us: number) => number): Series[] {
    const perSecond = 1000 / this.stepMs;
    const percentile = (share: number): Series['values'] =>
      this.#each((bucket) => this.#latency[bucket]?.percentileMs(share) ?? null);
    return [
      this.#series('connected', 'devices', (b) => connectedAt((b + 1) * this.stepMs * 1000)),
      this.#series('connects', '1/s', (b) => round(this.#count('connects', b) * perSecond)),
      this.#series('rate', '1/s', (b) => round(this.#count('rate', b) * perSecond)),
      this.#ready('p50', 'ms', percentile(0.5)),
      this.#ready('p90', 'ms', percentile(0.9)),
      this.#ready('p99', 'ms', percentile(0.99)),
      this.#ready('max', 'ms', percentile(1)),
      this.counted('lost', 'messages'),
      this.counted('duplicates', 'messages'),
    ];
  }

  #series(name: string, unit: string, value: (bucket: number) => number): Series {
    return this.#ready(name, unit, this.#each(value));
  }

  #ready(name: string, unit: string, values: Series['values']): Series {
    return { name, unit, t0: 0, step: this.stepMs, values };
  }

  #each(value: (bucket: number) => number | null): (number | null)[] {
    return Array.from({ length: this.#buckets }, (_, bucket) => value(bucket));
  }

  #count(name: string, bucket: number): number {
    return this.#counts.get(name)?.[bucket] ?? 0;
  }

  #bucketsOf(all: Map<string, Float64Array>, name: string): Float64Array {
    let buckets = all.get(name);
    if (buckets === undefined) {
      buckets = new Float64Array(this.#buckets);
      all.set(name, buckets);
    }
    return buckets;
  }

  #bucketOf(us: number): number {
    const bucket = Math.floor(us / 1000 / this.stepMs);
    return Math.max(0, Math.min(this.#buckets - 1, bucket));
  }
}

/** The next of 1, 2, 5 times a power of ten. */
function niceStep(wishedMs: number): number {
  let power = STEP_MS_MIN;
  for (;;) {
    for (const factor of [1, 2, 5]) if (power * factor >= wishedMs) return power * factor;
    power *= 10;
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;
const thousandths = (value: number): number => Math.round(value * 1000) / 1000;
