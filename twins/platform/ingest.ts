/**
 * The way in: every publish passes here between its arrival and its acknowledgement. Policy first,
 * then form, then one transaction for the row of telemetry and for everything the broker must not
 * forget (queued copies, retained value, QoS 2 id), and only then does Aedes acknowledge and
 * forward.
 */
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import type { CommitQueue } from './commit-queue.ts';
import { mayPublish } from './credentials.ts';
import type { DurablePersistence, Ticket } from './persistence.ts';
import type { Account, MutantSeams, PlatformOptions, StoredRow } from './platform.ts';
import type { Registry } from './registry.ts';
import type { Store } from './store.ts';

export type Done = (error?: Error | null) => void;

export interface IngestOptions {
  store: Store;
  commits: CommitQueue;
  registry: Registry;
  persistence: DurablePersistence;
  platform: PlatformOptions;
  seams: MutantSeams | null;
  accountOf(client: ClientInside): Account | undefined;
}

export class Ingest {
  readonly #options: IngestOptions;
  /** Aedes hands the very packet on to `publish`, which finds here what was staged for it. */
  readonly #tickets = new WeakMap<AedesPacket, Ticket>();
  /** Publishes held back by a planted bug, in order. */
  readonly #held: { dueAt: number; enter: () => void }[] = [];
  readonly counts = { received: 0, stored: 0, duplicates: 0, refused: 0 };

  constructor(options: IngestOptions) {
    this.#options = options;
  }

  /**
   * Aedes' authorizePublish. An error closes the connection: MQTT 3.1.1 has no other way to refuse.
   */
  authorize(client: ClientInside, packet: AedesPacket, done: Done): void {
    this.counts.received++;
    const row = this.#read(client, packet);
    if (typeof row === 'string') {
      this.counts.refused++;
      done(new Error(row));
      return;
    }
    // Aedes forgets which packet is the will as soon as we return.
    const isWill = packet === client.will;
    const enter = (): void => {
      if (isWill) this.#enterWill(client, packet, done);
      else this.#enter(client, packet, row, done);
    };
    const delayMs = this.#options.seams?.ingestDelayMs?.(packet.topic) ?? 0;
    if (delayMs > 0 || this.#held.length > 0) this.#hold(delayMs, enter);
    else enter();
  }

  /** Publishes from inside: staged like any other, then handed to `publish`. */
  inject(packet: AedesPacket, publish: (packet: AedesPacket) => void): void {
    this.#options.commits.add(
      () => this.#stage(null, packet, null),
      () => publish(packet),
    );
  }

  /** What was staged for a packet, once. */
  takeTicket(packet: AedesPacket): Ticket | null {
    const ticket = this.#tickets.get(packet) ?? null;
    this.#tickets.delete(packet);
    return ticket;
  }

  /** The row to store, null when the topic is not telemetry, or why the packet is refused. */
  #read(client: ClientInside, packet: AedesPacket): StoredRow | null | string {
    const { platform, persistence, accountOf } = this.#options;
    const account = accountOf(client);
    const { topic, payload } = packet;
    if (account === undefined || !mayPublish(account, topic)) return `not allowed: ${topic}`;
    if (payload.length > platform.limits.maxPayloadBytes) return `payload too large: ${topic}`;
    const { incoming } = persistence;
    if (packet.qos === 2 && incoming.count(client.id) >= platform.limits.inflightLimit) {
      const isKnown = incoming.has(client.id, packet.messageId ?? 0);
      if (!isKnown) return 'too many QoS 2 messages in flight';
    }
    const telemetry = platform.isTelemetry(topic);
    if (telemetry === null) return null;
    if (account.role === 'device' && telemetry.device !== account.user) {
      return `not allowed: ${topic}`;
    }
    const head = platform.readEnvelope(payload);
    if (head === null) return `unreadable payload: ${topic}`;
    return {
      device: telemetry.device,
      stream: telemetry.stream,
      lane: telemetry.lane ?? -1,
      n: head.n,
      epoch: head.e,
      intended: head.t,
      receivedAt: platform.clock.now(),
      payload,
    };
  }

  #enter(client: ClientInside, packet: AedesPacket, row: StoredRow | null, done: Done): void {
    const { commits, persistence } = this.#options;
    // Nothing to write and nobody in front: passes at once.
    if (row === null && !commits.isArmed && !persistence.concerns(packet)) {
      done(null);
      return;
    }
    commits.add(() => this.#stage(client, packet, row), done);
  }

  /**
   * A will is removed in the transaction that makes its publication durable, so it is published
   * once.
   */
  #enterWill(client: ClientInside, packet: AedesPacket, done: Done): void {
    const { commits, persistence, seams } = this.#options;
    const payloads = seams?.will?.(client.id, packet.payload) ?? null;
    const write = (): void => {
      persistence.wills.drop(client);
      if (payloads === null) this.#stage(null, packet, null);
    };
    if (payloads === null) {
      commits.add(write, done);
      return;
    }
    commits.add(write, () => done(new Error('the will is published by the planted bug')));
    for (const payload of payloads) this.onPlantedWill?.({ ...packet, payload });
  }

  /** Set by the broker: publishes what a planted bug made of a will. */
  onPlantedWill: ((packet: AedesPacket) => void) | null = null;

  #stage(client: ClientInside | null, packet: AedesPacket, row: StoredRow | null): void {
    const ticket = this.#options.persistence.stage(client, packet);
    // A QoS 2 message sent again is neither stored nor published a second time.
    if (ticket === null) return;
    this.#tickets.set(packet, ticket);
    if (row === null) return;
    const seam = this.#options.seams?.store;
    if (seam === undefined) this.#store(row);
    else for (const changed of seam([row])) this.#store(changed);
  }

  #store(row: StoredRow): void {
    const { registry, store } = this.#options;
    const device = registry.record(row.device, row.lane);
    device.receivedAt = row.receivedAt;
    if (store.insertTelemetry(device.key, row)) this.counts.stored++;
    else this.counts.duplicates++;
  }

  #hold(delayMs: number, enter: () => void): void {
    const { clock } = this.#options.platform;
    const now = clock.now();
    const dueAt = Math.max(now + delayMs, this.#held.at(-1)?.dueAt ?? now);
    this.#held.push({ dueAt, enter });
    if (this.#held.length === 1) clock.after(dueAt - now, () => this.#letGo());
  }

  #letGo(): void {
    const { clock } = this.#options.platform;
    const now = clock.now();
    while (this.#held[0] !== undefined && this.#held[0].dueAt <= now + 0.5) {
      this.#held.shift()?.enter();
    }
    const head = this.#held[0];
    if (head !== undefined) clock.after(head.dueAt - now, () => this.#letGo());
  }
}
