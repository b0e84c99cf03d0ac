/**
 * QoS 2 messages that clients have begun and not finished: their packet ids, by client. As long as
 * an id is here, a message under it is the same message again. A message passes through two hands,
 * `stage` (durable) and Aedes (published); until the second has it, the id is known as fresh.
 */
import type { BrokerTables } from '../store/broker-tables.ts';
import type { CommitQueue } from '../store/commit-queue.ts';
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import { DONE, failed, settled } from './settled.ts';

export class OpenIncoming {
  readonly #tables: BrokerTables;
  readonly #commits: CommitQueue;
  /** Client → id → whether it is fresh. */
  readonly #byClient = new Map<string, Map<number, boolean>>();

  constructor(tables: BrokerTables, commits: CommitQueue) {
    this.#tables = tables;
    this.#commits = commits;
    for (const { client, messageId } of tables.incoming()) this.#of(client).set(messageId, false);
  }

  count(client: string): number {
    return this.#byClient.get(client)?.size ?? 0;
  }

  has(client: string, messageId: number): boolean {
    return this.#byClient.get(client)?.has(messageId) === true;
  }

  /** Runs inside a transaction. */
  begin(client: ClientInside, messageId: number): void {
    this.#of(client.id).set(messageId, true);
    if (!client.clean) this.#tables.addIncoming(client.id, messageId);
  }

  /** Of the file, `Sessions.forget` takes care. */
  forget(client: string): void {
    this.#byClient.delete(client);
  }

  /**
   * Whether a PUBLISH is one that came before. Not so for a message that `stage` has just seen for
   * the first time, since Aedes has yet to publish it.
   */
  getPacket(client: ClientInside, packet: AedesPacket): PromiseLike<AedesPacket> {
    const isFresh = this.#byClient.get(client.id)?.get(packet.messageId ?? 0);
    return isFresh === false ? settled(packet) : failed(new Error('no such packet'));
  }

  /** Aedes has taken it over. */
  storePacket(client: ClientInside, packet: AedesPacket): PromiseLike<void> {
    this.#of(client.id).set(packet.messageId ?? 0, false);
    return DONE;
  }

  /** Durable before PUBCOMP: a forgotten release would swallow the next message of that id. */
  delPacket(client: ClientInside, packet: AedesPacket): PromiseLike<void> {
    const messageId = packet.messageId ?? 0;
    if (!this.has(client.id, messageId)) return failed(new Error('no such packet'));
    if (!client.clean) return this.#commits.run(() => this.#finish(client, messageId));
    this.#finish(client, messageId);
    return DONE;
  }

  #finish(client: ClientInside, messageId: number): void {
    this.#byClient.get(client.id)?.delete(messageId);
    if (!client.clean) this.#tables.removeIncoming(client.id, messageId);
  }

  #of(client: string): Map<number, boolean> {
    let open = this.#byClient.get(client);
    if (open === undefined) {
      open = new Map();
      this.#byClient.set(client, open);
    }
    return open;
  }
}
