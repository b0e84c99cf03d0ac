/**
 * A shard in another process, as the conductor sees it: the same calls, over the control channel,
 * each with the bound of its kind.
 */
import { Tally, type TallySnapshot } from '../../fleet/tally.ts';
import type { Remote } from '../../processes/remote.ts';
import type { ShardControl } from '../../run/shard.ts';
import type { ShardBounds, ShardCall } from '../../run/shard-bounds.ts';
import type { HandAnswer } from './far-hands.ts';
import type { ShardOrders } from './shard-process.ts';

export class RemoteShard implements ShardControl {
  readonly remote: Remote;
  readonly #bounds: ShardBounds;
  #latest: TallySnapshot = new Tally(0).snapshot();

  constructor(remote: Remote, bounds: ShardBounds) {
    this.remote = remote;
    this.#bounds = bounds;
  }

  /**
   * Newer counts came in; the latency histogram covers what came since the conductor last looked.
   */
  noteStats(snapshot: TallySnapshot): void {
    const latency = this.#latest.latency.map((count, i) => count + (snapshot.latency[i] ?? 0));
    this.#latest = { ...snapshot, latency };
  }

  init(orders: ShardOrders): Promise<void> {
    return this.#ask('init', orders);
  }

  prepare(): Promise<void> {
    return this.#ask('prepare', null);
  }

  /** The instant is handed over by `startAt`. */
  async start(): Promise<void> {}

  startAt(origin: number): Promise<void> {
    return this.#ask('start', { origin });
  }

  cutPower(devices: readonly number[]): Promise<void> {
    return this.#ask('cutPower', devices);
  }

  restorePower(devices: readonly number[]): Promise<void> {
    return this.#ask('restorePower', devices);
  }

  strike(fault: string): Promise<void> {
    return this.#ask('strike', fault);
  }

  relieve(fault: string): Promise<void> {
    return this.#ask('relieve', fault);
  }

  arm(fault: string): Promise<void> {
    return this.#ask('arm', fault);
  }

  disarm(fault: string): Promise<void> {
    return this.#ask('disarm', fault);
  }

  /** What it asked of the links is done, or is not. */
  handed(answer: HandAnswer): Promise<void> {
    return this.remote.call('handed', answer, this.#bounds.arm);
  }

  stopSampling(): Promise<void> {
    return this.#ask('stopSampling', null);
  }

  accountSamples(untilMs: number): Promise<void> {
    return this.#ask('accountSamples', untilMs);
  }

  finalRead(): Promise<void> {
    return this.#ask('finalRead', null);
  }

  end(): Promise<void> {
    return this.#ask('end', null);
  }

  stats(): TallySnapshot {
    const latest = this.#latest;
    this.#latest = { ...latest, latency: latest.latency.map(() => 0) };
    return latest;
  }

  #ask(call: ShardCall, params: unknown): Promise<void> {
    return this.remote.call(call, params, this.#bounds[call]);
  }
}
