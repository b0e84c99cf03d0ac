/**
 * One persistent session as it lives in memory: what it subscribed to, what waits for it, which QoS
 * 2 ids it has open. The file holds the same; here it is fast. Packet ids are given when a message
 * is queued, in the same transaction that makes it durable: after a kill, a QoS 2 message must go
 * out again under its old id, or the receiver takes it for a new one.
 */
import type { OutgoingRow } from '../store/broker-tables.ts';

/** Ids above are Aedes' own, for retained messages, which are not queued. */
export const QUEUE_ID_MAX = 32_767;

export interface QueuedPacket extends OutgoingRow {
  /** Aedes' number of the message, once it is published; 0 before, and after a restart. */
  counter: number;
  /**
   * Number of the connection by which it was last sent: 0 never, -1 by a former life of the
   * platform.
   */
  sentBy: number;
}

export class Session {
  readonly client: string;
  /** Filter → QoS. */
  readonly subscriptions = new Map<string, 0 | 1 | 2>();
  /** By seq, so in order. */
  readonly queue = new Map<number, QueuedPacket>();
  readonly byMessageId = new Map<number, QueuedPacket>();
  readonly byCounter = new Map<number, QueuedPacket>();
  /** Whether a client is connected with it. */
  isAttached = false;
  #lastId = 0;

  constructor(client: string) {
    this.client = client;
  }

  /** A free packet id, or 0 when all are taken. */
  freeId(): number {
    for (let tries = 0; tries < QUEUE_ID_MAX; tries++) {
      this.#lastId = (this.#lastId % QUEUE_ID_MAX) + 1;
      if (!this.byMessageId.has(this.#lastId)) return this.#lastId;
    }
    return 0;
  }

  add(packet: QueuedPacket): void {
    this.queue.set(packet.seq, packet);
    this.byMessageId.set(packet.messageId, packet);
    this.#lastId = packet.messageId;
  }

  /** Ties a queued packet to the number under which Aedes publishes it. */
  bind(packet: QueuedPacket, counter: number): void {
    packet.counter = counter;
    if (this.queue.has(packet.seq)) this.byCounter.set(counter, packet);
  }

  remove(packet: QueuedPacket): void {
    this.queue.delete(packet.seq);
    this.byMessageId.delete(packet.messageId);
    if (packet.counter !== 0) this.byCounter.delete(packet.counter);
  }
}
