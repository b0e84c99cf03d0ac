/**
 * QoS 2 messages that clients have begun and not finished: their packet ids, by client. As long as
 * an id is here, a message under it is the same message again. A message passes through two hands,
 * `stage` (durable) and Aedes (published); of each packet the first says to the second what it is.
 */
import type { BrokerTables } from '../store/broker-tables.ts';
import type { CommitQueue } from '../store/commit-queue.ts';
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import { DONE, failed, settled } from './settled.ts';

export interface IncomingSeams {
  /** A message under an id that its client has begun: false takes it for a new one. */
  again?(client: string, messageId: number): boolean;
}

export class OpenIncoming {
  readonly #tables: BrokerTables;
  readonly #commits: CommitQueue;
  readonly #seams: IncomingSeams | null;
  readonly #came = new WeakMap<AedesPacket, 'new' | 'again'>();
  /** By connection: ids of messages that have arrived and are not begun. */
  readonly #arrived = new WeakMap<ClientInside, Set<number>>();
  readonly #byClient = new Map<string, Set<number>>();

  constructor(tables: BrokerTables, commits: CommitQueue, seams: IncomingSeams | null) {
    this.#seams = seams;
    this.#tables = tables;
    this.#commits = commits;
    for (const { client, messageId } of tables.incoming()) this.#of(client).add(messageId);
  }

  count(client: string): number {
    return this.#byClient.get(client)?.size ?? 0;
  }

  has(client: string, messageId: number): boolean {
    return this.#byClient.get(client)?.has(messageId) === true;
  }

  /**
   * A PUBLISH is here, and may have to wait for its turn or its commit. What it is goes by what
   * came before it: by its turn the message that it says again may be over.
   */
  arrived(client: ClientInside, packet: AedesPacket): void {
    const { messageId } = packet;
    if (packet.qos !== 2 || messageId === undefined) return;
    const waiting = this.#arrived.get(client) ?? new Set();
    this.#arrived.set(client, waiting);
    if (this.has(client.id, messageId) || waiting.has(messageId)) this.#came.set(packet, 'again');
    else waiting.add(messageId);
  }

  /**
   * Whether a PUBLISH brings a new message, which is begun with it; runs inside a transaction. The
   * answer is kept: what a client sends in one piece Aedes reads at one time, so a PUBREL behind a
   * packet that came again may end the message before Aedes asks for that packet, and would have it
   * published a second time.
   */
  begin(client: ClientInside, packet: AedesPacket, messageId: number): boolean {
    const isKnown = this.has(client.id, messageId) || this.#came.get(packet) === 'again';
    const isAgain = isKnown && this.#seams?.again?.(client.id, messageId) !== false;
    this.#came.set(packet, isAgain ? 'again' : 'new');
    if (isKnown) return !isAgain;
    this.#arrived.get(client)?.delete(messageId);
    this.#of(client.id).add(messageId);
    if (!client.clean) this.#tables.addIncoming(client.id, messageId);
    return true;
  }

  /** Of the file, `Sessions.forget` takes care. */
  forget(client: string): void {
    this.#byClient.delete(client);
  }

  /** Whether a PUBLISH is one that came before, or a PUBREL ends one that there is. */
  getPacket(client: ClientInside, packet: AedesPacket): PromiseLike<AedesPacket> {
    const came = this.#came.get(packet);
    const isKnown =
      came === undefined ? this.has(client.id, packet.messageId ?? 0) : came === 'again';
    return isKnown ? settled(packet) : failed(new Error('no such packet'));
  }

  /** Aedes takes it over; `begin` has stored it. */
  storePacket(): PromiseLike<void> {
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

  #of(client: string): Set<number> {
    let open = this.#byClient.get(client);
    if (open === undefined) {
      open = new Set();
      this.#byClient.set(client, open);
    }
    return open;
  }
}
