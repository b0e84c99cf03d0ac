/**
 * Aedes' persistence: each question that Aedes asks, handed to the part that knows. Persistent
 * sessions, their subscriptions and queues, open QoS 2 ids, retained values and wills live in
 * memory and in the file; clean sessions are never written.
 */
import { Readable } from 'node:stream';
import type { BrokerTables } from '../store/broker-tables.ts';
import type { CommitQueue } from '../store/commit-queue.ts';
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import { HandOver } from './hand-over.ts';
import { type IncomingSeams, OpenIncoming } from './open-incoming.ts';
import { RetainedValues, type RetainSeams } from './retained.ts';
import { SessionLife, type SessionSeams, type Subscription } from './session-life.ts';
import { type QueueSeams, Sessions } from './sessions.ts';
import { DONE } from './settled.ts';
import { Staging, type Subscriber } from './staging.ts';
import { Wills } from './wills.ts';

export interface PersistenceOptions {
  tables: BrokerTables;
  commits: CommitQueue;
  queueLimit: number;
  seams: (IncomingSeams & QueueSeams & RetainSeams & SessionSeams) | null;
  maySubscribe(client: ClientInside, filter: string): boolean;
}

export class DurablePersistence {
  readonly sessions: Sessions;
  readonly incoming: OpenIncoming;
  readonly retained: RetainedValues;
  readonly wills: Wills;
  readonly staging: Staging;
  readonly handOver: HandOver;
  readonly life: SessionLife;
  readonly #commits: CommitQueue;

  constructor(options: PersistenceOptions) {
    const { tables, commits, queueLimit, seams, maySubscribe } = options;
    this.#commits = commits;
    this.sessions = new Sessions(tables, commits, queueLimit, seams);
    this.incoming = new OpenIncoming(tables, commits, seams);
    this.retained = new RetainedValues(tables, seams);
    this.wills = new Wills(tables);
    this.staging = new Staging(this, commits);
    this.handOver = new HandOver(this.sessions, tables, commits);
    const { sessions, incoming, wills } = this;
    this.life = new SessionLife({ sessions, incoming, wills, commits, seams, maySubscribe });
  }

  /** Aedes insists on an async function here. */
  async setup(): Promise<void> {}

  storeRetained(packet: AedesPacket): PromiseLike<void> {
    return this.staging.storeRetained(packet);
  }

  subscriptionsByTopic(topic: string): PromiseLike<readonly Subscriber[]> {
    return this.staging.subscribersOf(topic);
  }

  outgoingEnqueueCombi(subscribers: readonly Subscriber[], packet: AedesPacket): PromiseLike<void> {
    return this.staging.enqueue(subscribers, packet);
  }

  outgoingEnqueue(subscriber: Subscriber, packet: AedesPacket): PromiseLike<void> {
    return this.staging.enqueue([subscriber], packet);
  }

  outgoingUpdate(client: ClientInside, packet: AedesPacket): PromiseLike<void> {
    return this.handOver.send(client, packet);
  }

  outgoingClearMessageId(
    client: ClientInside,
    packet: AedesPacket,
  ): PromiseLike<AedesPacket | undefined> {
    return this.handOver.received(client, packet);
  }

  outgoingStream(client: ClientInside): Readable {
    return this.handOver.drain(client);
  }

  subscriptionsByClient(client: { id: string }): PromiseLike<Subscription[]> {
    return this.life.find(client.id);
  }

  addSubscriptions(client: ClientInside, subscriptions: readonly Subscription[]): Promise<void> {
    return this.life.subscribe(client, subscriptions);
  }

  removeSubscriptions(client: { id: string }, filters: readonly string[]): Promise<void> {
    return this.life.unsubscribe(client.id, filters);
  }

  cleanSubscriptions(client: { id: string }): PromiseLike<void> {
    return this.life.end(client.id);
  }

  async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
    return this.sessions.counts;
  }

  incomingGetPacket(client: ClientInside, packet: AedesPacket): PromiseLike<AedesPacket> {
    return this.incoming.getPacket(client, packet);
  }

  incomingStorePacket(): PromiseLike<void> {
    return this.incoming.storePacket();
  }

  incomingDelPacket(client: ClientInside, packet: AedesPacket): PromiseLike<void> {
    return this.incoming.delPacket(client, packet);
  }

  cleanIncoming(client: { id: string }): PromiseLike<void> {
    this.incoming.forget(client.id);
    return DONE;
  }

  createRetainedStream(filter: string): Readable {
    return this.createRetainedStreamCombi([filter]);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    const found = this.retained.match(filters);
    return Readable.from(found.map((row) => ({ cmd: 'publish', retain: true, ...row })));
  }

  putWill(client: ClientInside, packet: AedesPacket): Promise<void> {
    return this.#commits.run(() => this.wills.put(client, packet));
  }

  /** Removing is ours: with the publication, or when a connection ends with a farewell. */
  async delWill(): Promise<void> {}

  async getWill(): Promise<undefined> {}

  /** Wills of a former life are published by the start, never by Aedes' own sweep. */
  streamWill(): Readable {
    return Readable.from([]);
  }
}
