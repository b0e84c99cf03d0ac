/**
 * Who is online, and since when. It follows connections, keep-alive timeouts and take-overs alike,
 * since all of them end or begin a registered client. After a restart everybody is offline until
 * they connect.
 */
import type { CommitQueue } from './commit-queue.ts';
import type { MutantSeams } from './platform.ts';
import type { Store } from './store.ts';

export interface PresenceRecord {
  device: string;
  online: boolean;
  /** Platform clock, milliseconds. */
  since: number;
  /** Connections in this life of the platform. */
  connects: number;
}

export class Presence {
  readonly #byDevice = new Map<string, PresenceRecord>();
  /** Device → its current connection; an older one that ends late says nothing. */
  readonly #current = new Map<string, object>();
  readonly #store: Store;
  readonly #commits: CommitQueue;
  readonly #now: () => number;
  readonly #seams: MutantSeams | null;

  constructor(store: Store, commits: CommitQueue, now: () => number, seams: MutantSeams | null) {
    this.#store = store;
    this.#commits = commits;
    this.#now = now;
    this.#seams = seams;
    for (const { device, online, since } of store.presences()) {
      // Those who were online when the platform died are offline since it came back.
      const start = online === 1 ? now() : since;
      this.#byDevice.set(device, { device, online: false, since: start, connects: 0 });
    }
  }

  connected(device: string, connection: object): void {
    this.#current.set(device, connection);
    this.#set(device, true);
  }

  disconnected(device: string, connection: object): void {
    if (this.#current.get(device) !== connection) return;
    this.#current.delete(device);
    this.#set(device, false);
  }

  /** Devices that never connected are offline since the start. */
  of(device: string): PresenceRecord {
    return this.#byDevice.get(device) ?? { device, online: false, since: 0, connects: 0 };
  }

  #set(device: string, online: boolean): void {
    const seam = this.#seams?.presence;
    const shown = seam === undefined ? online : seam(device, online);
    const record = this.of(device);
    if (online) record.connects++;
    this.#byDevice.set(device, record);
    if (shown === null) return;
    record.online = shown;
    record.since = this.#now();
    const { since } = record;
    this.#commits.defer(() => this.#store.putPresence(device, shown, since));
  }
}
