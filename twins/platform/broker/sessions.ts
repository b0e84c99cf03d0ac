/**
 * All persistent sessions, in memory and in the file: what they subscribed to and what is queued
 * for them. Methods that end in `Later` write with the next transaction; the others run inside one.
 */
import type { BrokerTables } from '../store/broker-tables.ts';
import type { CommitQueue } from '../store/commit-queue.ts';
import type { AedesPacket } from './aedes-inside.ts';
import { QUEUE_ID_MAX, type QueuedPacket, Session } from './session.ts';
import { SubscriptionTrie } from './subscription-trie.ts';

export interface QueueSeams {
  /** A message about to be queued for a persistent session that is away: false loses it. */
  queue?(topic: string, client: string): boolean;
}

/** The QoS of a copy: what was published, or what was granted if that is less. */
export const copyQos = (granted: number, published: number): 1 | 2 =>
  granted >= 2 && published >= 2 ? 2 : 1;

export class Sessions {
  readonly #tables: BrokerTables;
  readonly #commits: CommitQueue;
  readonly #queueLimit: number;
  readonly #seams: QueueSeams | null;
  readonly #trie = new SubscriptionTrie();
  readonly #byClient = new Map<string, Session>();
  #nextSeq = 1;
  /** Copies dropped at a full queue. */
  dropped = 0;

  constructor(
    tables: BrokerTables,
    commits: CommitQueue,
    queueLimit: number,
    seams: QueueSeams | null,
  ) {
    this.#tables = tables;
    this.#commits = commits;
    // More than there are packet ids cannot be queued.
    this.#queueLimit = Math.min(queueLimit, QUEUE_ID_MAX);
    this.#seams = seams;
    this.#load();
  }

  get(client: string): Session | undefined {
    return this.#byClient.get(client);
  }

  get queued(): number {
    let sum = 0;
    for (const session of this.#byClient.values()) sum += session.queue.size;
    return sum;
  }

  get counts(): { subsCount: number; clientsCount: number } {
    let subsCount = 0;
    for (const session of this.#byClient.values()) subsCount += session.subscriptions.size;
    return { subsCount, clientsCount: this.#byClient.size };
  }

  /** Whether any session wants anything at QoS 1 or 2. */
  get hasSubscribers(): boolean {
    return !this.#trie.isEmpty;
  }

  /** Client → highest QoS that wants the topic. */
  match(topic: string): ReadonlyMap<string, number> {
    return this.#trie.match(topic);
  }

  open(client: string): Session {
    let session = this.#byClient.get(client);
    if (session === undefined) {
      session = new Session(client);
      this.#byClient.set(client, session);
      this.#tables.addSession(client);
    }
    return session;
  }

  forget(client: string): void {
    const session = this.#byClient.get(client);
    if (session === undefined) return;
    for (const filter of session.subscriptions.keys()) this.#trie.remove(filter, client);
    for (const seq of session.queue.keys()) this.#tables.dequeue(seq);
    this.#byClient.delete(client);
    this.#tables.forgetSession(client);
  }

  subscribe(client: string, filter: string, qos: 0 | 1 | 2): void {
    const { subscriptions } = this.open(client);
    if (subscriptions.get(filter) === qos) return;
    subscriptions.set(filter, qos);
    if (qos > 0) this.#trie.add(filter, client, qos);
    else this.#trie.remove(filter, client);
    this.#tables.addSubscription(client, filter, qos);
  }

  unsubscribe(client: string, filter: string): void {
    if (this.#byClient.get(client)?.subscriptions.delete(filter) !== true) return;
    this.#trie.remove(filter, client);
    this.#tables.removeSubscription(client, filter);
  }

  /** Null when there is no room. */
  enqueue(session: Session, packet: AedesPacket, qos: 1 | 2): QueuedPacket | null {
    if (this.#seams?.queue !== undefined && !session.isAttached) {
      if (!this.#seams.queue(packet.topic, session.client)) return null;
    }
    const queued = this.#append(session, packet, qos);
    if (queued !== null) this.#tables.enqueue(queued);
    return queued;
  }

  enqueueLater(session: Session, packet: AedesPacket, qos: 1 | 2): QueuedPacket | null {
    const queued = this.#append(session, packet, qos);
    if (queued === null) return null;
    session.bind(queued, packet.brokerCounter ?? 0);
    this.#commits.defer(() => this.#tables.enqueue(queued));
    return queued;
  }

  removeLater(session: Session, queued: QueuedPacket): void {
    session.remove(queued);
    this.#commits.defer(() => this.#tables.dequeue(queued.seq));
  }

  #append(session: Session, packet: AedesPacket, qos: 1 | 2): QueuedPacket | null {
    const messageId = session.queue.size < this.#queueLimit ? session.freeId() : 0;
    if (messageId === 0) {
      this.dropped++;
      return null;
    }
    const { topic, payload } = packet;
    const seq = this.#nextSeq++;
    const row = { seq, client: session.client, messageId, released: false, topic, payload, qos };
    const queued: QueuedPacket = { ...row, counter: 0, sentBy: 0 };
    session.add(queued);
    return queued;
  }

  #load(): void {
    for (const { client } of this.#tables.sessions())
      this.#byClient.set(client, new Session(client));
    for (const { client, filter, qos } of this.#tables.subscriptions()) {
      this.#byClient.get(client)?.subscriptions.set(filter, qos);
      if (qos > 0) this.#trie.add(filter, client, qos);
    }
    for (const row of this.#tables.outgoing()) {
      this.#nextSeq = row.seq + 1;
      const released = row.released === 1;
      this.#byClient.get(row.client)?.add({ ...row, released, counter: 0, sentBy: -1 });
    }
  }
}
