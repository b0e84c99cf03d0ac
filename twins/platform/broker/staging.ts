/**
 * A publish is made durable first and published afterwards. `stage` writes all that must not be
 * forgotten, in the transaction that comes before the acknowledgement, and notes its copies on a
 * ticket. When Aedes publishes the message a moment later, it asks who wants it and what to keep;
 * with a ticket all of that is there already, and the copies only learn their number.
 */
import type { CommitQueue } from '../store/commit-queue.ts';
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import type { OpenIncoming } from './open-incoming.ts';
import type { RetainedValues } from './retained.ts';
import type { QueuedPacket, Session } from './session.ts';
import { copyQos, type Sessions } from './sessions.ts';
import { DONE, settled } from './settled.ts';

/** The copies of one staged publish that wait for their number. */
export type Ticket = readonly { session: Session; packet: QueuedPacket }[];

/** Who wants a message, as Aedes asks for it. */
export interface Subscriber {
  clientId: string;
  topic?: string;
  qos?: number;
}

const NO_SUBSCRIBERS: readonly Subscriber[] = [];

export class Staging {
  readonly #sessions: Sessions;
  readonly #incoming: OpenIncoming;
  readonly #retained: RetainedValues;
  readonly #commits: CommitQueue;
  #announced: Ticket | null = null;

  constructor(
    parts: { sessions: Sessions; incoming: OpenIncoming; retained: RetainedValues },
    commits: CommitQueue,
  ) {
    this.#sessions = parts.sessions;
    this.#incoming = parts.incoming;
    this.#retained = parts.retained;
    this.#commits = commits;
  }

  /**
   * Makes a publish durable; runs inside a transaction. Null: the QoS 2 message was here before,
   * Aedes will only say PUBREC again.
   */
  stage(client: ClientInside | null, packet: AedesPacket): Ticket | null {
    if (client !== null && packet.qos === 2 && packet.messageId !== undefined) {
      if (!this.#incoming.begin(client, packet, packet.messageId)) return null;
    }
    if (packet.retain) this.#retained.put(packet);
    const ticket: { session: Session; packet: QueuedPacket }[] = [];
    if (packet.qos === 0) return ticket;
    for (const [clientId, qos] of this.#sessions.match(packet.topic)) {
      const session = this.#sessions.get(clientId);
      if (session === undefined) continue;
      const queued = this.#sessions.enqueue(session, packet, copyQos(qos, packet.qos));
      if (queued !== null) ticket.push({ session, packet: queued });
    }
    return ticket;
  }

  /** Whether `stage` might write anything. */
  concerns(packet: AedesPacket): boolean {
    return packet.retain || packet.qos === 2 || (packet.qos === 1 && this.#sessions.hasSubscribers);
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
    if (this.#announced === null) this.#commits.defer(() => this.#retained.put({ ...packet }));
    return DONE;
  }

  subscribersOf(topic: string): PromiseLike<readonly Subscriber[]> {
    if (this.#announced !== null) return settled(NO_SUBSCRIBERS);
    const found = this.#sessions.match(topic);
    return settled([...found].map(([clientId, qos]) => ({ clientId, topic, qos })));
  }

  enqueue(subscribers: readonly Subscriber[], packet: AedesPacket): PromiseLike<void> {
    const counter = packet.brokerCounter ?? 0;
    for (const { session, packet: queued } of this.#announced ?? []) session.bind(queued, counter);
    for (const { clientId, qos } of subscribers) {
      const session = this.#sessions.get(clientId);
      if (session) this.#sessions.enqueueLater(session, packet, copyQos(qos ?? 2, packet.qos));
    }
    return DONE;
  }
}
