/**
 * The way in: every publish passes here between its arrival and its acknowledgement. Policy first,
 * then form, then one transaction for what services make of the message and for everything the
 * broker must not forget (queued copies, retained value, QoS 2 id), and only then does Aedes
 * acknowledge and forward.
 */
import type { Clock } from '#kernel';
import type { Account, PlatformLimits } from '../platform.ts';
import type { TakenRow } from '../service.ts';
import type { CommitQueue } from '../store/commit-queue.ts';
import type { DeviceTopic, DeviceTopics, EnvelopeHead } from '../topics.ts';
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import { mayPublish, maySpeakFor } from './credentials.ts';
import type { DurablePersistence } from './persistence.ts';
import type { Ticket } from './staging.ts';

export type Done = (error?: Error | null) => void;

export interface IntakeSeams {
  /** A will is about to be published: one publication per payload returned. */
  will?(client: string, payload: Uint8Array): readonly Uint8Array[];
  /** A publish arrived; delay in ms before it goes on, and with it all that come behind. */
  ingestDelayMs?(topic: string): number;
  /** A device brings a message of another one that is not its own: true lets it. */
  speakFor?(by: string, device: string): boolean;
}

type Take = (row: TakenRow) => void;

/** Beside what its account allows it. */
type MaySpeak = (by: string, device: string) => boolean;

const NEVER: MaySpeak = () => false;

export interface IntakeOptions {
  commits: CommitQueue;
  persistence: DurablePersistence;
  topics: DeviceTopics;
  readEnvelope(payload: Uint8Array): EnvelopeHead | null;
  limits: PlatformLimits;
  clock: Clock;
  seams: IntakeSeams | null;
  accountOf(client: ClientInside): Account | undefined;
  /** Who takes the messages of a stream; a stream that nobody takes is passed on only. */
  takersOf(stream: string): readonly Take[];
  /** A carrier brought a message of a device that it may not speak for; before that is answered. */
  refused(by: string, about: DeviceTopic): void;
}

/** What services get of one message. */
interface Share {
  row: TakenRow;
  takers: readonly Take[];
}

export class Intake {
  readonly #options: IntakeOptions;
  /** Aedes hands the very packet on to `publish`, which finds here what was staged for it. */
  readonly #tickets = new WeakMap<AedesPacket, Ticket>();
  /** Acknowledged, and nobody's message all the same. */
  readonly #passedOver = new WeakSet<AedesPacket>();
  /** Publishes held back by a planted bug, in order. */
  readonly #held: { dueAt: number; enter: () => void }[] = [];
  readonly counts = { received: 0, refused: 0 };

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /**
   * Aedes' authorizePublish. An error closes the connection: MQTT 3.1.1 has no other way to refuse,
   * but to acknowledge and pass over (MQTT-3.3.5-2). That is what a carrier gets for a device that
   * is not its own: an end of its connection would be one for all that it carries, and again for
   * each time that it sends the message again.
   */
  authorize(client: ClientInside, packet: AedesPacket, done: Done): void {
    this.counts.received++;
    const may = this.#askedOnce();
    const stranger = this.#stranger(client, packet, may);
    if (stranger !== null) return this.#passOver(client, packet, stranger, done);
    const share = this.#read(client, packet, may);
    if (typeof share === 'string') {
      this.counts.refused++;
      done(new Error(share));
      return;
    }
    // Aedes forgets which packet is the will as soon as we return.
    const isWill = packet === client.will;
    const enter = (): void => {
      if (isWill) this.#enterWill(client, packet, done);
      else this.#enter(client, packet, share, done);
    };
    const delayMs = this.#options.seams?.ingestDelayMs?.(packet.topic) ?? 0;
    if (delayMs > 0 || this.#held.length > 0) this.#hold(delayMs, enter);
    else enter();
  }

  /** Whether it was acknowledged to be forgotten. */
  isPassedOver(packet: AedesPacket): boolean {
    return this.#passedOver.has(packet);
  }

  /** Of which device a carrier brings a message that it may not speak for; null where it may. */
  #stranger(client: ClientInside, { topic, qos }: AedesPacket, may: MaySpeak): DeviceTopic | null {
    const { accountOf, topics } = this.#options;
    const account = accountOf(client);
    if (account?.speaksFor === undefined || qos === 2 || this.#mayPublish(account, topic, may)) {
      return null;
    }
    return topics.parse(topic);
  }

  #passOver(client: ClientInside, packet: AedesPacket, about: DeviceTopic, done: Done): void {
    const { accountOf, commits, refused } = this.#options;
    this.counts.refused++;
    this.#passedOver.add(packet);
    // Aedes forgets which packet is the will as soon as we return.
    const isWill = packet === client.will;
    commits.add(() => {
      if (isWill) this.#options.persistence.wills.drop(client);
      refused(accountOf(client)?.user ?? '', about);
    }, done);
  }

  /** Whether a planted bug lets one speak for another: asked once for each packet. */
  #askedOnce(): MaySpeak {
    const speakFor = this.#options.seams?.speakFor;
    if (speakFor === undefined) return NEVER;
    let answer: boolean | undefined;
    return (by, device) => {
      answer ??= speakFor(by, device);
      return answer;
    };
  }

  #mayPublish(account: Account, topic: string, may: MaySpeak): boolean {
    if (mayPublish(account, topic)) return true;
    const device = may === NEVER ? null : this.#options.topics.parse(topic)?.device;
    return account.role === 'device' && !!device && may(account.user, device);
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

  /** What services get of it, null when none takes it, or why the packet is refused. */
  #read(client: ClientInside, packet: AedesPacket, may: MaySpeak): Share | null | string {
    const { persistence, limits, accountOf } = this.#options;
    const account = accountOf(client);
    const { topic, payload } = packet;
    const isAllowed = account !== undefined && this.#mayPublish(account, topic, may);
    if (!isAllowed) return `not allowed: ${topic}`;
    if (payload.length > limits.maxPayloadBytes) return `payload too large: ${topic}`;
    const { incoming } = persistence;
    if (packet.qos === 2 && incoming.count(client.id) >= limits.inflightLimit) {
      const isKnown = incoming.has(client.id, packet.messageId ?? 0);
      if (!isKnown) return 'too many QoS 2 messages in flight';
    }
    return this.#share(account, packet, may);
  }

  #share(account: Account, { topic, payload }: AedesPacket, may: MaySpeak): Share | null | string {
    const { topics, readEnvelope, clock, takersOf } = this.#options;
    const about = topics.parse(topic);
    const takers = about === null ? [] : takersOf(about.stream);
    if (about === null || takers.length === 0) return null;
    const { device, stream, lane } = about;
    const isAllowed = maySpeakFor(account, device) || may(account.user, device);
    if (!isAllowed) return `not allowed: ${topic}`;
    const head = readEnvelope(payload);
    if (head === null) return `unreadable payload: ${topic}`;
    const { n, e: epoch, t: intended } = head;
    const receivedAt = clock.now();
    const by = account.user;
    return { row: { by, device, stream, lane, n, epoch, intended, receivedAt, payload }, takers };
  }

  #enter(client: ClientInside, packet: AedesPacket, share: Share | null, done: Done): void {
    const { commits, persistence } = this.#options;
    // Nothing to write and nobody in front: passes at once.
    if (share === null && !commits.isArmed && !persistence.staging.concerns(packet)) {
      done(null);
      return;
    }
    commits.add(() => this.#stage(client, packet, share), done);
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

  #stage(client: ClientInside | null, packet: AedesPacket, share: Share | null): void {
    const ticket = this.#options.persistence.staging.stage(client, packet);
    // A QoS 2 message sent again is neither taken nor published a second time.
    if (ticket === null) return;
    this.#tickets.set(packet, ticket);
    if (share !== null) for (const take of share.takers) take(share.row);
  }

  #hold(delayMs: number, enter: () => void): void {
    const { clock } = this.#options;
    const now = clock.now();
    const dueAt = Math.max(now + delayMs, this.#held.at(-1)?.dueAt ?? now);
    this.#held.push({ dueAt, enter });
    if (this.#held.length === 1) clock.after(dueAt - now, () => this.#letGo());
  }

  #letGo(): void {
    const { clock } = this.#options;
    const now = clock.now();
    while (this.#held[0] !== undefined && this.#held[0].dueAt <= now + 0.5) {
      this.#held.shift()?.enter();
    }
    const head = this.#held[0];
    if (head !== undefined) clock.after(head.dueAt - now, () => this.#letGo());
  }
}
