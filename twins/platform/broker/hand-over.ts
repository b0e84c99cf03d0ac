/**
 * What waits in the queue of a persistent session goes out once per connection, in order, under the
 * packet id it was queued with, and leaves the queue when the client has it. Each connection has a
 * number, so that a copy knows by which of them it was last sent.
 */
import { Readable } from 'node:stream';
import type { BrokerTables } from '../store/broker-tables.ts';
import type { CommitQueue } from '../store/commit-queue.ts';
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import { Drain, REDELIVERY } from './drain.ts';
import { QUEUE_ID_MAX, type QueuedPacket, type Session } from './session.ts';
import { copyQos, type Sessions } from './sessions.ts';
import { DONE, settled } from './settled.ts';

export class HandOver {
  readonly #sessions: Sessions;
  readonly #tables: BrokerTables;
  readonly #commits: CommitQueue;
  /** Clients whose queue is sent: from here on they get live messages. */
  readonly #live = new WeakSet<ClientInside>();
  readonly #drains = new WeakMap<ClientInside, Drain>();
  /** From CONNECT on; a take-over may register a connection a moment later. */
  readonly #numbers = new WeakMap<ClientInside, number>();
  #lastNumber = 0;

  constructor(sessions: Sessions, tables: BrokerTables, commits: CommitQueue) {
    this.#sessions = sessions;
    this.#tables = tables;
    this.#commits = commits;
  }

  /** A client may connect. Packet ids start where they collide with nothing, and not at random. */
  greet(client: ClientInside): void {
    client._nextId = client.clean ? 1 : QUEUE_ID_MAX + 1;
    this.#numbers.set(client, ++this.#lastNumber);
  }

  /**
   * Whether a live message may go to a persistent session now, or waits (or was dropped) in its
   * queue.
   */
  isDue(client: ClientInside, packet: AedesPacket): boolean {
    const queued = this.#copyOf(this.#sessions.get(client.id), packet);
    if (queued === undefined || !this.#live.has(client)) return false;
    return queued.sentBy !== this.#numbers.get(client);
  }

  /** Gives up the copy of a live message (only a planted bug does that). */
  forgetCopy(client: ClientInside, packet: AedesPacket): void {
    const session = this.#sessions.get(client.id);
    const queued = this.#copyOf(session, packet);
    if (session && queued) this.#sessions.removeLater(session, queued);
  }

  /** The queue of a session that came back; asked once per connection, after CONNACK. */
  drain(client: ClientInside): Readable {
    const session = client.clean ? undefined : this.#sessions.get(client.id);
    if (session === undefined) return Readable.from([]);
    const drain = new Drain(session, this.#numbers.get(client) ?? 0, () => this.#live.add(client));
    this.#drains.set(client, drain);
    return drain;
  }

  /** Aedes is about to send `packet`: gives it the id under which it was queued. */
  send(client: ClientInside, packet: AedesPacket): PromiseLike<void> {
    if (packet.brokerId === REDELIVERY) {
      this.#drains.get(client)?.written();
      return DONE;
    }
    const session = this.#sessions.get(client.id);
    if (session === undefined) return DONE;
    if (packet.cmd === 'pubrel') return this.#release(session, packet.messageId ?? 0);
    const queued =
      this.#copyOf(session, packet) ??
      this.#sessions.enqueueLater(session, packet, copyQos(2, packet.qos));
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
  received(client: ClientInside, packet: AedesPacket): PromiseLike<AedesPacket | undefined> {
    const session = this.#sessions.get(client.id);
    const queued = session?.byMessageId.get(packet.messageId ?? 0);
    if (session === undefined || queued === undefined) return settled(undefined);
    this.#sessions.removeLater(session, queued);
    const { topic, payload, qos, messageId } = queued;
    return settled({ cmd: 'publish', topic, payload, qos, retain: false, messageId });
  }

  /** PUBREL tells the receiver to forget the id, so that we said it must survive us. */
  #release(session: Session, messageId: number): PromiseLike<void> {
    const queued = session.byMessageId.get(messageId);
    if (queued === undefined || queued.released) return DONE;
    queued.released = true;
    return this.#commits.run(() => this.#tables.release(queued.seq));
  }

  #copyOf(session: Session | undefined, packet: AedesPacket): QueuedPacket | undefined {
    return session?.byCounter.get(packet.brokerCounter ?? 0);
  }
}
