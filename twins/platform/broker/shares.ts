/**
 * What is made of a publish that may come in: which services take it, as whose message. A packet of
 * a carrier may hold several, and each is taken as if it had come alone.
 */
import type { Clock } from '#kernel';
import type { Account } from '../platform.ts';
import type { Admission, Arrival, TakenRow } from '../service.ts';
import type { DeviceTopic, DeviceTopics, EnvelopeHead } from '../topics.ts';
import type { AedesPacket } from './aedes-inside.ts';
import { mayPublish, maySpeakFor } from './credentials.ts';
import { isPacketOfParcels, readParcels, writeParcels } from './parcels.ts';

export interface ShareSeams {
  /** A device brings a message of another one that is not its own: true lets it. */
  speakFor?(by: string, device: string): boolean;
  /** A packet came that holds so many messages: how many of them are taken, from the first on. */
  takeOfPacket?(by: string, parcels: number): number;
}

export interface ShareOptions {
  topics: DeviceTopics;
  readEnvelope(payload: Uint8Array): EnvelopeHead | null;
  clock: Clock;
  seams: ShareSeams | null;
  /** Who takes the messages of a stream; a stream that nobody takes is passed on only. */
  takersOf(stream: string): readonly ((row: TakenRow) => void)[];
  /** Whether a message that somebody takes is taken, and when; null for at once. */
  admit(arrival: Arrival): Admission | null;
  /** A carrier brought a message of a device that it may not speak for; before that is answered. */
  refused(by: string, about: DeviceTopic): void;
  /** An operator asks by message. */
  ask(user: string, payload: Uint8Array): void;
  /** Who listens where a device speaks outside our own scheme; null for nobody. */
  listenerOf(device: string, topic: string): ((payload: Uint8Array) => void) | null;
}

/** Beside what its account allows it. */
export type MaySpeak = (by: string, device: string) => boolean;

const NEVER: MaySpeak = () => false;

/** What is made of one message, inside the transaction. */
export type Share = () => void;

/** Lets a packet in when it is called, and hears when that is done with. */
export type Wait = (enter: (committed: () => void) => void) => void;

/** What is made of one packet. */
export interface Made {
  shares: Share[];
  /** Who all must let it in before that. */
  waits: Wait[];
  /** Nothing of it is left that anybody could be given. */
  isPassedOver: boolean;
}

const made = (shares: Share[] = []): Made => ({ shares, waits: [], isPassedOver: false });

export class Shares {
  readonly #options: ShareOptions;
  readonly #countRefused: () => void;

  constructor(options: ShareOptions, countRefused: () => void) {
    this.#options = options;
    this.#countRefused = countRefused;
  }

  /** Whether a planted bug lets one speak for another: asked once for each packet and device. */
  askedOnce(): MaySpeak {
    const speakFor = this.#options.seams?.speakFor;
    if (speakFor === undefined) return NEVER;
    const answers = new Map<string, boolean>();
    return (by, device) => {
      const answer = answers.get(device) ?? speakFor(by, device);
      answers.set(device, answer);
      return answer;
    };
  }

  /** Nothing where nobody takes it, or why the packet is refused. */
  of(account: Account, packet: AedesPacket, may: MaySpeak): Made | string {
    const { topics, takersOf } = this.#options;
    const { topic, payload } = packet;
    const asker = topics.askerOf(topic);
    if (asker !== null) return this.#asked(account, asker, payload);
    const about = topics.parse(topic);
    if (about === null) {
      const listener =
        account.role === 'device' ? this.#options.listenerOf(account.user, topic) : null;
      return made(listener === null ? [] : [() => listener(payload)]);
    }
    if (isPacketOfParcels(about)) return this.#parcels(account, about, packet, may);
    if (takersOf(about.stream).length === 0) return made();
    const isAllowed = maySpeakFor(account, about.device) || may(account.user, about.device);
    if (!isAllowed) return `not allowed: ${topic}`;
    return this.#madeOf(account, about, payload, packet) ?? `unreadable payload: ${topic}`;
  }

  /** Each for himself, or answers would go astray. */
  #asked({ role, user }: Account, asker: string, payload: Uint8Array): Made | string {
    if (role !== 'service' || user !== asker) return `not allowed: to ask as ${asker}`;
    return made([() => this.#options.ask(user, payload)]);
  }

  mayPublish(account: Account, topic: string, may: MaySpeak): boolean {
    if (mayPublish(account, topic)) return true;
    const device = may === NEVER ? null : this.#options.topics.parse(topic)?.device;
    return account.role === 'device' && !!device && may(account.user, device);
  }

  /**
   * All or none, in their order: the packet is acknowledged once. One of a device that the carrier
   * may not speak for is passed over, and nobody who listens gets it either; so is one that a
   * service does not admit.
   */
  #parcels(
    account: Account,
    about: DeviceTopic,
    packet: AedesPacket,
    speak: MaySpeak,
  ): Made | string {
    const { topics, refused, seams } = this.#options;
    const { user } = account;
    const all = readParcels(topics, about, packet.payload);
    if (all === null || packet.retain) return `unreadable payload: ${packet.topic}`;
    const may = all.filter(
      ({ about: { device }, topic }) =>
        this.mayPublish(account, topic, speak) &&
        (maySpeakFor(account, device) || speak(user, device)),
    );
    const whole = made();
    for (const { about: whose } of all.filter((one) => !may.includes(one))) {
      this.#countRefused();
      whole.shares.push(() => refused(user, whose));
    }
    const left: typeof may = [];
    const most = seams?.takeOfPacket?.(user, may.length) ?? may.length;
    for (const [index, parcel] of may.entries()) {
      if (index >= most) left.push(parcel);
      else {
        const one = this.#madeOf(account, parcel.about, parcel.payload, packet);
        if (one === null) return `unreadable payload: ${parcel.topic}`;
        whole.shares.push(...one.shares);
        whole.waits.push(...one.waits);
        if (!one.isPassedOver) left.push(parcel);
      }
    }
    if (left.length < all.length) packet.payload = writeParcels(left);
    whole.isPassedOver = left.length === 0 && may.length > 0;
    return whole;
  }

  /** Null where it cannot be read; nothing where nobody takes it. */
  #madeOf(
    account: Account,
    { device, stream, lane }: DeviceTopic,
    payload: Uint8Array,
    { qos, retain }: AedesPacket,
  ): Made | null {
    const { readEnvelope, clock, takersOf, admit } = this.#options;
    const takers = takersOf(stream);
    if (takers.length === 0) return made();
    const head = readEnvelope(payload);
    if (head === null) return null;
    const { n, e: epoch, t: intended } = head;
    const receivedAt = clock.now();
    const by = account.user;
    const row: TakenRow = { by, device, stream, lane, n, epoch, intended, receivedAt, payload };
    const admission = admit({ ...row, mayPassOver: qos < 2 && !retain });
    if (admission !== null && 'passOver' in admission) {
      return { shares: [() => admission.passOver()], waits: [], isPassedOver: true };
    }
    const taken = made(takers.map((take) => () => take(row)));
    if (admission !== null) taken.waits.push((enter) => admission.wait(enter));
    return taken;
  }
}
