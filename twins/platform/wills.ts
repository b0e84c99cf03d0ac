/**
 * Wills of the connected, kept in the file so that they outlive the platform. Aedes removes a will
 * by client id alone, which after a take-over hits the new connection's; here a will belongs to one
 * connection. All methods run inside a transaction.
 */
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import type { Store, WillRow } from './store.ts';

export class Wills {
  readonly #store: Store;
  readonly #owners = new Map<string, ClientInside>();

  constructor(store: Store) {
    this.#store = store;
  }

  put(client: ClientInside, packet: AedesPacket): void {
    const { topic, payload, qos, retain } = packet;
    this.#owners.set(client.id, client);
    this.#store.putWill({ client: client.id, topic, payload, qos, retain });
  }

  has(client: ClientInside): boolean {
    return this.#owners.get(client.id) === client;
  }

  drop(client: ClientInside): void {
    if (!this.has(client)) return;
    this.#owners.delete(client.id);
    this.#store.removeWill(client.id);
  }

  /** Wills of those that were connected when the platform stopped. */
  takeOrphans(): WillRow[] {
    const rows = this.#store.wills().map((row) => ({ ...row, retain: row.retain === 1 }));
    for (const row of rows) this.#store.removeWill(row.client);
    return rows;
  }
}
