/**
 * The way in: every publish passes here between its arrival and its acknowledgement. Policy first,
 * then form, then one transaction for what services make of the message and for everything the
 * broker must not forget (queued copies, retained value, QoS 2 id), and only then does Aedes
 * acknowledge and forward.
 */
import type { Account, PlatformLimits } from '../platform.ts';
import type { BroughtEnd } from '../service.ts';
import type { CommitQueue } from '../store/commit-queue.ts';
import type { DeviceTopic } from '../topics.ts';
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import type { DurablePersistence } from './persistence.ts';
import {
  type Made,
  type MaySpeak,
  type Share,
  type ShareOptions,
  type ShareSeams,
  Shares,
} from './shares.ts';
import type { Ticket } from './staging.ts';

export type Done = (error?: Error | null) => void;

export interface IntakeSeams extends ShareSeams {
  /** A will is about to be published: one publication per payload returned. */
  will?(client: string, payload: Uint8Array): readonly Uint8Array[];
  /** A publish arrived; delay in ms before it goes on, and with it all that come behind. */
  ingestDelayMs?(topic: string): number;
}

export interface IntakeOptions extends ShareOptions {
  commits: CommitQueue;
  persistence: DurablePersistence;
  limits: PlatformLimits;
  seams: IntakeSeams | null;
  accountOf(client: ClientInside): Account | undefined;
}

const NOT_ALLOWED = 'not allowed';

export class Intake {
  readonly #options: IntakeOptions;
  /** Aedes hands the very packet on to `publish`, which finds here what was staged for it. */
  readonly #tickets = new WeakMap<AedesPacket, Ticket>();
  /** Acknowledged, and nobody's message all the same. */
  readonly #passedOver = new WeakSet<AedesPacket>();
  /** Publishes held back by a planted bug, in order. */
  readonly #held: { dueAt: number; enter: () => void }[] = [];
  readonly #shares: Shares;
  readonly counts = { received: 0, refused: 0 };

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#shares = new Shares(options, () => this.counts.refused++);
  }

  /**
   * Aedes' authorizePublish. An error closes the connection: MQTT 3.1.1 has no other way to refuse,
   * but to acknowledge and pass over (MQTT-3.3.5-2). That is what a carrier gets for a device that
   * is not its own: an end of its connection would be one for all that it carries, and again for
   * each time that it sends the message again.
   */
  authorize(client: ClientInside, packet: AedesPacket, done: Done): void {
    this.counts.received++;
    const may = this.#shares.askedOnce();
    const stranger = this.#stranger(client, packet, may);
    if (stranger !== null) return this.#passOver(client, packet, stranger, done);
    const made = this.#read(client, packet, may);
    if (typeof made === 'string') {
      this.counts.refused++;
      done(new Error(made));
      return;
    }
    // Aedes forgets which packet is the will as soon as we return.
    const isWill = packet === client.will;
    if (!isWill) this.#options.persistence.incoming.arrived(client, packet);
    const enter = (): void => {
      if (isWill) this.#enterWill(client, packet, done);
      else this.#enterInTurn(client, packet, made, done);
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
    if (account?.speaksFor === undefined || qos === 2) return null;
    if (this.#shares.mayPublish(account, topic, may)) return null;
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

  /** Publishes from inside: staged like any other, then handed to `publish`. */
  inject(packet: AedesPacket, publish: (packet: AedesPacket) => void): void {
    this.#options.commits.add(
      () => this.#stage(null, packet, []),
      () => publish(packet),
    );
  }

  /**
   * What a device brought by another protocol. There is no session that could know it again, so
   * whoever brings it says whether it is new.
   */
  bring(
    account: Account,
    packet: AedesPacket,
    isNew: () => boolean,
    done: (end: BroughtEnd) => void,
    publish: (packet: AedesPacket) => void,
  ): void {
    this.counts.received++;
    const may = this.#shares.askedOnce();
    const made = this.#flawOf(account, packet, may) ?? this.#shares.of(account, packet, may);
    if (typeof made === 'string') {
      this.counts.refused++;
      done(made.startsWith(NOT_ALLOWED) ? 'not-allowed' : 'malformed');
      return;
    }
    const { commits } = this.#options;
    const told: (() => void)[] = [];
    const enter = (): void => {
      let isTaken = false;
      commits.add(
        () => {
          isTaken = isNew();
          if (!isTaken) return;
          if (made.isPassedOver) runAll(made.shares);
          else this.#stage(null, packet, made.shares);
        },
        () => {
          runAll(told);
          if (isTaken && !made.isPassedOver) publish(packet);
          done(isTaken ? 'taken' : 'known');
        },
      );
    };
    const inTurn = made.waits.reduceRight<() => void>(
      (next, wait) => () =>
        wait((committed) => {
          told.push(committed);
          next();
        }),
      enter,
    );
    inTurn();
  }

  /** Whether something was staged for it that nobody has taken yet. */
  isTaken(packet: AedesPacket): boolean {
    return this.#tickets.has(packet);
  }

  /** What was staged for a packet, once. */
  takeTicket(packet: AedesPacket): Ticket | null {
    const ticket = this.#tickets.get(packet) ?? null;
    this.#tickets.delete(packet);
    return ticket;
  }

  /** What is made of it, or why the packet is refused. */
  #read(client: ClientInside, packet: AedesPacket, may: MaySpeak): Made | string {
    const { persistence, limits, accountOf } = this.#options;
    const account = accountOf(client);
    const flaw = this.#flawOf(account, packet, may);
    if (account === undefined || flaw !== null) return flaw ?? NOT_ALLOWED;
    const { incoming } = persistence;
    if (packet.qos === 2 && incoming.count(client.id) >= limits.inflightLimit) {
      const isKnown = incoming.has(client.id, packet.messageId ?? 0);
      if (!isKnown) return 'too many QoS 2 messages in flight';
    }
    return this.#shares.of(account, packet, may);
  }

  #flawOf(
    account: Account | undefined,
    { topic, payload }: AedesPacket,
    may: MaySpeak,
  ): string | null {
    const isAllowed = account !== undefined && this.#shares.mayPublish(account, topic, may);
    if (!isAllowed) return `${NOT_ALLOWED}: ${topic}`;
    const isLarge = payload.length > this.#options.limits.maxPayloadBytes;
    return isLarge ? `payload too large: ${topic}` : null;
  }

  /**
   * One that waits for its turn is no longer of the batch that Aedes is reading: what its device
   * says behind it is heard, and may go before.
   */
  #enterInTurn(client: ClientInside, packet: AedesPacket, made: Made, done: Done): void {
    const { shares, waits, isPassedOver } = made;
    if (isPassedOver) {
      this.#passedOver.add(packet);
      this.#options.commits.add(() => runAll(shares), done);
      return;
    }
    let left = waits.length;
    if (left === 0) return this.#enter(client, packet, shares, done);
    const told: (() => void)[] = [];
    const over = (): void => runAll(told);
    let hasWaited = false;
    for (const wait of waits) {
      wait((committed) => {
        told.push(committed);
        if (--left > 0) return;
        if (hasWaited) client._parsingBatch++;
        // It was never acknowledged, and comes again: it is taken then.
        if (client.closed && packet.qos > 0) return over();
        this.#enter(client, packet, shares, (error) => {
          over();
          done(error);
        });
      });
    }
    if (left === 0) return;
    hasWaited = true;
    setImmediate(() => client._nextBatch());
  }

  #enter(client: ClientInside, packet: AedesPacket, shares: readonly Share[], done: Done): void {
    const { commits, persistence } = this.#options;
    // Nothing to write and nobody in front: passes at once.
    if (shares.length === 0 && !commits.isArmed && !persistence.staging.concerns(packet)) {
      done(null);
      return;
    }
    commits.add(() => this.#stage(client, packet, shares), done);
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
      if (payloads === null) this.#stage(null, packet, []);
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

  #stage(client: ClientInside | null, packet: AedesPacket, shares: readonly Share[]): void {
    const ticket = this.#options.persistence.staging.stage(client, packet);
    // A QoS 2 message sent again is neither taken nor published a second time.
    if (ticket === null) return;
    this.#tickets.set(packet, ticket);
    for (const share of shares) share();
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

function runAll(actions: readonly (() => void)[]): void {
  for (const action of actions) action();
}
