/**
 * Wills of the connected, kept in the file so that they outlive the platform. Aedes removes a will
 * by client id alone, which after a take-over hits the new connection's; here a will belongs to one
 * connection. All methods run inside a transaction.
 */
import type { BrokerTables, WillRow } from '../store/broker-tables.ts';
import type { AedesPacket, ClientInside } from './aedes-inside.ts';

export class Wills {
  readonly #tables: BrokerTables;
  readonly #owners = new Map<string, ClientInside>();

  constructor(tables: BrokerTables) {
    this.#tables = tables;
  }

  put(client: ClientInside, packet: AedesPacket): void {
    const { topic, payload, qos, retain } = packet;
    this.#owners.set(client.id, client);
    this.#tables.putWill({ client: client.id, topic, payload, qos, retain });
  }

  has(client: ClientInside): boolean {
    return this.#owners.get(client.id) === client;
  }

  drop(client: ClientInside): void {
    if (!this.has(client)) return;
    this.#owners.delete(client.id);
    this.#tables.removeWill(client.id);
  }

  /** Wills of those that were connected when the platform stopped. */
  takeOrphans(): WillRow[] {
    const rows = this.#tables.wills().map((row) => ({ ...row, retain: row.retain === 1 }));
    for (const row of rows) this.#tables.removeWill(row.client);
    return rows;
  }
}
