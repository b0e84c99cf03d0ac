/**
 * Live counts of a shard, for the panel, the gate and stop-when. Not evidence: the verdict comes
 * from the ledger. Memory grows with gaps, not with messages.
 */
import { STREAMS_MAX } from '#kernel';
import { IntervalSet } from './interval-set.ts';

/** Latency histogram: buckets of 5 %, from 0.1 ms to about 20 minutes. */
const BUCKETS = 340;
const GROWTH_LOG = Math.log(1.05);

export interface TallySnapshot {
  /** Those with a connection of their own. */
  devices: number;
  powered: number;
  connected: number;
  /** Away because they sleep. */
  asleep: number;
  intended: number;
  sent: number;
  /** By devices, at QoS 0: nothing more is heard of it. */
  unasked: number;
  acked: number;
  /** Of these two, what no observer sees: whether it arrived, a store tells at the end. */
  unwatched: number;
  observed: number;
  duplicates: number;
  /** Observed later than a second after the intended time. */
  late: number;
  /** Acknowledged and not observed yet. */
  missing: number;
  connects: number;
  connectFailures: number;
  buffered: number;
  /** How often a planted bug of the firmware did its harm. */
  fired: number;
  latency: number[];
}

export class Tally {
  powered = 0;
  connected = 0;
  asleep = 0;
  intended = 0;
  sent = 0;
  unasked = 0;
  acked = 0;
  unwatched = 0;
  duplicates = 0;
  late = 0;
  connects = 0;
  connectFailures = 0;
  buffered = 0;
  fired = 0;
  observed = 0;
  readonly #devices: number;
  readonly #seen = new Map<number, IntervalSet>();
  readonly #acked = new Map<number, IntervalSet>();
  #missing = 0;
  #latency = new Array<number>(BUCKETS).fill(0);

  constructor(devices: number) {
    this.#devices = devices;
  }

  noteAcked(device: number, stream: number, n: number): void {
    this.acked++;
    if (!setOf(this.#acked, device, stream).add(n)) return;
    if (!(this.#seen.get(device * STREAMS_MAX + stream)?.has(n) ?? false)) this.#missing++;
  }

  noteAckedUnwatched(): void {
    this.acked++;
    this.unwatched++;
  }

  noteObserved(device: number, stream: number, n: number, latencyMs: number): void {
    if (!setOf(this.#seen, device, stream).add(n)) {
      this.duplicates++;
      return;
    }
    this.observed++;
    if (this.#acked.get(device * STREAMS_MAX + stream)?.has(n) === true) this.#missing--;
    if (latencyMs > 1000) this.late++;
    const bucket = latencyMs <= 0.1 ? 0 : Math.log(latencyMs / 0.1) / GROWTH_LOG;
    const at = Math.min(BUCKETS - 1, Math.floor(bucket));
    this.#latency[at] = (this.#latency[at] ?? 0) + 1;
  }

  /** Counts so far; the latency histogram covers the time since the last call. */
  snapshot(): TallySnapshot {
    const latency = this.#latency;
    this.#latency = new Array<number>(BUCKETS).fill(0);
    return {
      devices: this.#devices,
      powered: this.powered,
      connected: this.connected,
      asleep: this.asleep,
      intended: this.intended,
      sent: this.sent,
      unasked: this.unasked,
      acked: this.acked,
      unwatched: this.unwatched,
      observed: this.observed,
      duplicates: this.duplicates,
      late: this.late,
      missing: this.#missing,
      connects: this.connects,
      connectFailures: this.connectFailures,
      buffered: this.buffered,
      fired: this.fired,
      latency,
    };
  }
}

/** The sum of several shards. */
export function addSnapshots(snapshots: readonly TallySnapshot[]): TallySnapshot {
  const [only, ...others] = snapshots;
  if (only !== undefined && others.length === 0) return only;
  const sum = new Tally(0).snapshot();
  for (const one of snapshots) {
    for (const key of Object.keys(sum) as (keyof TallySnapshot)[]) {
      if (key === 'latency')
        sum.latency = sum.latency.map((count, i) => count + (one.latency[i] ?? 0));
      else sum[key] += one[key];
    }
  }
  return sum;
}

/** A percentile of a histogram, in milliseconds; null when it is empty. */
export function percentileOf(latency: readonly number[], share: number): number | null {
  const total = latency.reduce((a, b) => a + b, 0);
  if (total === 0) return null;
  let left = total * share;
  for (let i = 0; i < latency.length; i++) {
    left -= latency[i] ?? 0;
    if (left <= 0) return bucketEdgeMs(i);
  }
  return null;
}

/** The latency, in milliseconds, that what is in a bucket of the histogram does not exceed. */
export const bucketEdgeMs = (bucket: number): number => 0.1 * Math.exp((bucket + 1) * GROWTH_LOG);

function setOf(sets: Map<number, IntervalSet>, device: number, stream: number): IntervalSet {
  const key = device * STREAMS_MAX + stream;
  let set = sets.get(key);
  if (set === undefined) {
    set = new IntervalSet();
    sets.set(key, set);
  }
  return set;
}
