/**
 * Aedes' persistence, durable: persistent sessions, their subscriptions and queues, open QoS 2 ids,
 * retained values and wills live in memory and in the file. A publish is made durable by `stage`,
 * in the transaction that comes before its acknowledgement; when Aedes publishes it a moment later,
 * its copies are already there and only learn their number. Clean sessions are never written.
 */
import { Readable } from 'node:stream';
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import type { CommitQueue } from './commit-queue.ts';
import { Drain, REDELIVERY } from './drain.ts';
import { OpenIncoming } from './open-incoming.ts';
import type { MutantSeams } from './platform.ts';
import { RetainedValues } from './retained.ts';
import { QUEUE_ID_MAX, type QueuedPacket, type Session } from './session.ts';
import { Sessions } from './sessions.ts';
import { DONE, failed, settled } from './settled.ts';
import type { Store } from './store.ts';
import { Wills } from './wills.ts';

/** The copies of one staged publish that wait for their number. */
export type Ticket = readonly { session: Session; packet: QueuedPacket }[];

/**
 * Stands in for the subscriptions of a session that has none: without one Aedes says "session
 * present 0".
 */
const PLACEHOLDER_FILTER = '$session';

interface Subscriber {
  clientId: string;
  topic?: string;
  qos?: number;
}

const NO_SUBSCRIBERS: readonly Subscriber[] = [];

export interface PersistenceOptions {
  store: Store;
  commits: CommitQueue;
  queueLimit: number;
  seams: MutantSeams | null;
  /**
   * Aedes stores all filters of a SUBSCRIBE once one of them is granted, so the policy is asked
   * again here.
   */
  maySubscribe(client: ClientInside, filter: string): boolean;
}

export class DurablePersistence {
  readonly sessions: Sessions;
  readonly incoming: OpenIncoming;
  readonly retained: RetainedValues;
  readonly wills: Wills;
  readonly #options: PersistenceOptions;
  readonly #commits: CommitQueue;
  /** Clients whose queue is sent: from here on they get live messages. */
  readonly #live = new WeakSet<ClientInside>();
  readonly #drains = new WeakMap<ClientInside, Drain>();
  /** Each connection has a number, from CONNECT on; a take-over may register it a moment later. */
  readonly #numbers = new WeakMap<ClientInside, number>();
  #lastNumber = 0;
  #announced: Ticket | null = null;

  constructor(options: PersistenceOptions) {
    const { store, commits, queueLimit, seams } = options;
    this.#options = options;
    this.#commits = commits;
    this.sessions = new Sessions(store, commits, queueLimit, seams);
    this.incoming = new OpenIncoming(store);
    this.retained = new RetainedValues(store, seams);
    this.wills = new Wills(store);
  }

  /** Aedes insists on an async function here. */
  async setup(): Promise<void> {}

  // --- Publishing
  // -------------------------------------------------------------------------------------------

  /**
   * Makes a publish durable; runs inside a transaction. Null: the QoS 2 message was here before,
   * Aedes will only say PUBREC again.
   */
  stage(client: ClientInside | null, packet: AedesPacket): Ticket | null {
    if (client !== null && packet.qos === 2 && packet.messageId !== undefined) {
      if (this.incoming.has(client.id, packet.messageId)) return null;
      this.incoming.begin(client, packet.messageId);
    }
    if (packet.retain) this.retained.put(packet);
    const ticket: { session: Session; packet: QueuedPacket }[] = [];
    if (packet.qos === 0) return ticket;
    for (const [clientId, qos] of this.sessions.match(packet.topic)) {
      const session = this.sessions.get(clientId);
      if (session === undefined) continue;
      const queued = this.sessions.enqueue(session, packet, lower(qos, packet.qos));
      if (queued !== null) ticket.push({ session, packet: queued });
    }
    return ticket;
  }

  /** Whether `stage` might write anything. */
  concerns(packet: AedesPacket): boolean {
    return packet.retain || packet.qos === 2 || (packet.qos === 1 && this.sessions.hasSubscribers);
  }

  /** Lets Aedes publish a staged packet; its questions meanwhile are answered from the ticket. */
  announce(ticket: Ticket | null, publish: () => void): void {
    this.#announced = ticket;
    try {
      publish();
    } finally {
      this.#announced = null;
    }
  }

  storeRetained(packet: AedesPacket): PromiseLike<void> {
    if (this.#announced === null) this.#commits.defer(() => this.retained.put({ ...packet }));
    return DONE;
  }

  subscriptionsByTopic(topic: string): PromiseLike<readonly Subscriber[]> {
    if (this.#announced !== null) return settled(NO_SUBSCRIBERS);
    const found = this.sessions.match(topic);
    return settled([...found].map(([clientId, qos]) => ({ clientId, topic, qos })));
  }

  outgoingEnqueueCombi(subscribers: readonly Subscriber[], packet: AedesPacket): PromiseLike<void> {
    const counter = packet.brokerCounter ?? 0;
    for (const { session, packet: queued } of this.#announced ?? []) session.bind(queued, counter);
    for (const { clientId, qos } of subscribers) {
      const session = this.sessions.get(clientId);
      if (session) this.sessions.enqueueLater(session, packet, lower(qos ?? 2, packet.qos));
    }
    return DONE;
  }

  outgoingEnqueue(subscriber: Subscriber, packet: AedesPacket): PromiseLike<void> {
    return this.outgoingEnqueueCombi([subscriber], packet);
  }

  // --- Handing over to a persistent session
  // -----------------------------------------------------------------

  /**
   * Whether a live message may go to a persistent session now, or waits (or was dropped) in its
   * queue.
   */
  isDue(client: ClientInside, packet: AedesPacket): boolean {
    const session = this.sessions.get(client.id);
    const queued = session?.byCounter.get(packet.brokerCounter ?? 0);
    if (session === undefined || queued === undefined || !this.#live.has(client)) return false;
    return queued.sentBy !== this.#numbers.get(client);
  }

  /** Gives up the copy of a live message (only a planted bug does that). */
  forgetCopy(client: ClientInside, packet: AedesPacket): void {
    const session = this.sessions.get(client.id);
    const queued = session?.byCounter.get(packet.brokerCounter ?? 0);
    if (session && queued) this.sessions.removeLater(session, queued);
  }

  /** Aedes is about to send `packet`: gives it the id under which it was queued. */
  outgoingUpdate(client: ClientInside, packet: AedesPacket): PromiseLike<void> {
    if (packet.brokerId === REDELIVERY) {
      this.#drains.get(client)?.written();
      return DONE;
    }
    const session = this.sessions.get(client.id);
    if (session === undefined) return DONE;
    if (packet.cmd === 'pubrel') return this.#release(session, packet.messageId ?? 0);
    const queued =
      session.byCounter.get(packet.brokerCounter ?? 0) ??
      this.sessions.enqueueLater(session, packet, lower(2, packet.qos));
    if (queued === null) return DONE;
    // The id that Aedes drew is given back, so that its own ids stay clear of the queue's.
    if (packet.messageId !== undefined) client._nextId = packet.messageId;
    packet.messageId = queued.messageId;
    queued.sentBy = this.#numbers.get(client) ?? 0;
    return DONE;
  }

  /**
   * PUBACK or PUBCOMP. That it came need not be durable at once: a second delivery after a kill is
   * told by DUP.
   */
  outgoingClearMessageId(
    client: ClientInside,
    packet: AedesPacket,
  ): PromiseLike<AedesPacket | undefined> {
    const session = this.sessions.get(client.id);
    const queued = session?.byMessageId.get(packet.messageId ?? 0);
    if (session === undefined || queued === undefined) return settled(undefined);
    this.sessions.removeLater(session, queued);
    const { topic, payload, qos, messageId } = queued;
    return settled({ cmd: 'publish', topic, payload, qos, retain: false, messageId });
  }

  /** Asked once per connection, after CONNACK. */
  outgoingStream(client: ClientInside): Readable {
    const session = client.clean ? undefined : this.sessions.get(client.id);
    if (session === undefined) return Readable.from([]);
    const drain = new Drain(session, this.#numbers.get(client) ?? 0, () => this.#live.add(client));
    this.#drains.set(client, drain);
    return drain;
  }

  /** PUBREL tells the receiver to forget the id, so that we said it must survive us. */
  #release(session: Session, messageId: number): PromiseLike<void> {
    const queued = session.byMessageId.get(messageId);
    if (queued === undefined || queued.released) return DONE;
    queued.released = true;
    return this.#commits.run(() => this.#options.store.release(queued.seq));
  }

  // --- Sessions
  // ---------------------------------------------------------------------------------------------

  /** A client may connect. Packet ids start where they collide with nothing, and not at random. */
  greet(client: ClientInside): void {
    client._nextId = client.clean ? 1 : QUEUE_ID_MAX + 1;
    this.#numbers.set(client, ++this.#lastNumber);
  }

  attach(client: ClientInside): void {
    const session = this.sessions.get(client.id);
    if (session !== undefined) session.isAttached = true;
  }

  detach(client: ClientInside, isReplaced: boolean): void {
    const session = this.sessions.get(client.id);
    if (session !== undefined && !isReplaced) session.isAttached = false;
    // After a farewell; a will that is published is removed with its publication. At once: a kill
    // in between would publish the will of somebody who left politely.
    if (!this.wills.has(client)) return;
    this.#commits.add(
      () => this.wills.drop(client),
      () => {},
    );
  }

  /** Only asked for a persistent connection, which thereby has a session. */
  subscriptionsByClient(client: { id: string }): PromiseLike<{ topic: string; qos: 0 | 1 | 2 }[]> {
    const session = this.sessions.get(client.id);
    const isLost = session && this.#options.seams?.session?.(client.id) === false;
    if (session === undefined || isLost) {
      const opened = this.#commits.run(() => {
        if (isLost) this.#forget(client.id);
        this.sessions.open(client.id);
      });
      return opened.then(() => []);
    }
    const filters = [...session.subscriptions].map(([topic, qos]) => ({ topic, qos }));
    return settled(filters.length > 0 ? filters : [{ topic: PLACEHOLDER_FILTER, qos: 0 as const }]);
  }

  addSubscriptions(
    client: ClientInside,
    subscriptions: readonly { topic: string; qos: 0 | 1 | 2 }[],
  ): Promise<void> {
    return this.#commits.run(() => {
      for (const { topic, qos } of subscriptions) {
        if (!this.#options.maySubscribe(client, topic)) continue;
        this.sessions.subscribe(client.id, topic, qos);
      }
    });
  }

  removeSubscriptions(client: { id: string }, filters: readonly string[]): Promise<void> {
    return this.#commits.run(() => {
      for (const filter of filters) this.sessions.unsubscribe(client.id, filter);
    });
  }

  /** A clean connection ends what was: subscriptions, queue and open ids, before its CONNACK. */
  cleanSubscriptions(client: { id: string }): PromiseLike<void> {
    if (this.sessions.get(client.id) === undefined) return DONE;
    return this.#commits.run(() => this.#forget(client.id));
  }

  async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
    return this.sessions.counts;
  }

  #forget(client: string): void {
    this.sessions.forget(client);
    this.incoming.forget(client);
  }

  // --- QoS 2 from clients
  // -----------------------------------------------------------------------------------

  /**
   * Rejects for a message that `stage` has just seen for the first time, since Aedes has yet to
   * publish it.
   */
  incomingGetPacket(client: ClientInside, packet: AedesPacket): PromiseLike<AedesPacket> {
    const messageId = packet.messageId ?? 0;
    const isKnown = this.incoming.has(client.id, messageId);
    return isKnown && !this.incoming.isFresh(client.id, messageId)
      ? settled(packet)
      : failed(new Error('no such packet'));
  }

  incomingStorePacket(client: ClientInside, packet: AedesPacket): PromiseLike<void> {
    this.incoming.taken(client.id, packet.messageId ?? 0);
    return DONE;
  }

  /** Durable before PUBCOMP: a forgotten release would swallow the next message of that id. */
  incomingDelPacket(client: ClientInside, packet: AedesPacket): PromiseLike<void> {
    const messageId = packet.messageId ?? 0;
    if (!this.incoming.has(client.id, messageId)) return failed(new Error('no such packet'));
    if (!client.clean) return this.#commits.run(() => this.incoming.finish(client, messageId));
    this.incoming.finish(client, messageId);
    return DONE;
  }

  cleanIncoming(client: { id: string }): PromiseLike<void> {
    this.incoming.forget(client.id);
    return DONE;
  }

  // --- Retained values and wills
  // ----------------------------------------------------------------------------

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

  /** Removing is ours: with the publication, or by `detach` after a farewell. */
  async delWill(): Promise<void> {}

  async getWill(): Promise<undefined> {}

  /** Wills of a former life are published by the start, never by Aedes' own sweep. */
  streamWill(): Readable {
    return Readable.from([]);
  }
}

/** The QoS of a copy: what was published, or what was granted if that is less. */
const lower = (granted: number, published: number): 1 | 2 =>
  granted >= 2 && published >= 2 ? 2 : 1;
