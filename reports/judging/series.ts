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
  readonly #latency: (LatencyHistogram | undefined)[] = [];

  constructor(timeline: Timeline) {
    const endMs = Math.max(1, timeline.end / 1000);
    this.stepMs = niceStep(endMs / BUCKETS_WISHED);
    this.#buckets = Math.max(1, Math.ceil(endMs / this.stepMs));
  }

  count(name: string, us: number, by = 1): void {
    let counts = this.#counts.get(name);
    if (counts === undefined) {
      counts = new Float64Array(this.#buckets);
      this.#counts.set(name, counts);
    }
    const bucket = this.#bucketOf(us);
    counts[bucket] = (counts[bucket] ?? 0) + by;
  }

  latency(intendedUs: number, latencyUs: number): void {
    const bucket = this.#bucketOf(intendedUs);
    const histogram = this.#latency[bucket] ?? new LatencyHistogram();
    histogram.record(latencyUs);
    this.#latency[bucket] = histogram;
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
