/**
 * A shard in another process, as the conductor sees it: the same calls, over the control channel.
 */

import { Tally, type TallySnapshot } from '../../fleet/tally.ts';
import type { Remote } from '../../processes/control.ts';
import type { ShardControl } from '../../run/shard.ts';
import type { ShardOrders } from './shard-process.ts';

export class RemoteShard implements ShardControl {
  readonly #remote: Remote;
  #latest: TallySnapshot = new Tally(0).snapshot();

  constructor(remote: Remote) {
    this.#remote = remote;
  }

  /**
   * Newer counts came in; the latency histogram covers what came since the conductor last looked.
   */
  noteStats(snapshot: TallySnapshot): void {
    const latency = this.#latest.latency.map((count, i) => count + (snapshot.latency[i] ?? 0));
    this.#latest = { ...snapshot, latency };
  }

  init(orders: ShardOrders): Promise<void> {
    return this.#remote.call('init', orders);
  }

  prepare(): Promise<void> {
    return this.#remote.call('prepare', null);
  }

  /** The instant is handed over by `startAt`. */
  async start(): Promise<void> {}

  startAt(origin: number): Promise<void> {
    return this.#remote.call('start', { origin });
  }

  cutPower(devices: readonly number[]): Promise<void> {
    return this.#remote.call('cutPower', devices);
  }

  restorePower(devices: readonly number[]): Promise<void> {
    return this.#remote.call('restorePower', devices);
  }

  stopSampling(): Promise<void> {
    return this.#remote.call('stopSampling', null);
  }

  accountSamples(untilMs: number): Promise<void> {
    return this.#remote.call('accountSamples', untilMs);
  }

  finalRead(): Promise<void> {
    return this.#remote.call('finalRead', null);
  }

  end(): Promise<void> {
    return this.#remote.call('end', null);
  }

  stats(): TallySnapshot {
    const latest = this.#latest;
    this.#latest = { ...latest, latency: latest.latency.map(() => 0) };
    return latest;
  }
}
