/**
 * Which devices there are: everybody with an account, and everybody whose telemetry is stored.
 * Devices have a number, so that a row of telemetry is small and the bulk read has an order to page
 * by.
 */
import type { Account, TelemetryTopic } from './platform.ts';
import type { Store } from './store.ts';

export interface DeviceRecord {
  key: number;
  id: string;
  /** -1 while no topic has told it. */
  lane: number;
  /** When its last message was stored in this life of the platform; null before. */
  receivedAt: number | null;
}

export class Registry {
  readonly #store: Store;
  readonly #byId = new Map<string, DeviceRecord>();

  constructor(store: Store) {
    this.#store = store;
    for (const row of store.devices()) this.#byId.set(row.id, { ...row, receivedAt: null });
  }

  /** Runs inside a transaction. */
  enrol(accounts: readonly Account[], isTelemetry: (topic: string) => TelemetryTopic | null): void {
    for (const account of accounts) {
      if (account.role !== 'device') continue;
      const prefix = account.topics[0] ?? '';
      const sample = isTelemetry(`${prefix.replace(/\/$/, '')}/telemetry`);
      this.record(account.user, sample?.lane ?? -1);
    }
  }

  /** The record of a device, made when it is new; runs inside a transaction. */
  record(id: string, lane: number): DeviceRecord {
    let found = this.#byId.get(id);
    if (found === undefined) {
      found = { key: this.#store.addDevice(id, lane), id, lane, receivedAt: null };
      this.#byId.set(id, found);
    } else if (found.lane !== lane && lane >= 0) {
      found.lane = lane;
      this.#store.setLane(found.key, lane);
    }
    return found;
  }

  get(id: string): DeviceRecord | undefined {
    return this.#byId.get(id);
  }

  get size(): number {
    return this.#byId.size;
  }

  /** In order of their numbers, from the one after `after`. */
  page(after: number, limit: number): DeviceRecord[] {
    const page: DeviceRecord[] = [];
    for (const record of this.#byId.values()) {
      if (record.key > after) page.push(record);
      if (page.length === limit) break;
    }
    return page;
  }
}
