/**
 * One device that speaks the ThingsBoard API, from its CONNECT to the end of its connection: each
 * of its packets in our own dialect, and what comes down for it, or for those that it carries, in
 * the API. QoS 2 is not known here, as there.
 */
import type {
  IConnectPacket,
  IPublishPacket,
  ISubscribePacket,
  IUnsubscribePacket,
  Packet,
  QoS,
} from 'mqtt-packet';
import type { Account } from '../../platform.ts';
import type { Door } from '../../service.ts';
import type { Desk } from './desk.ts';
import {
  childrenIn,
  downIn,
  GATEWAY,
  type Heard,
  heard,
  ME,
  packet,
  type Reading,
  told,
  valuesFrom,
  type Written,
  written,
} from './forms.ts';

export interface Ends {
  toDevice(packet: Packet): void;
  toBroker(packet: Packet): void;
  /** Ends the connection without a word. */
  end(): void;
}

/** Of a message in our own dialect. */
interface Native {
  topic: string;
  payload: Buffer;
}

const REQUEST = 'command';
const SHARED = 'twin-delta';
const REFUSED = 128;
const IDS_MAX = 0xffff;
/** What waits for a child that its gateway has not introduced. */
const HELD_MAX = 1000;
const LIMITS = {
  maxPayloadSize: 65_536,
  maxInflightMessages: 100,
  rateLimits: {},
  gatewayRateLimits: {},
};

export class Session {
  readonly #account: Account;
  readonly #door: Door;
  readonly #desk: Desk;
  readonly #ends: Ends;
  #lastId = 0;
  /** Publishes of ours that the broker has not acknowledged → the packet of the device. */
  readonly #open = new Map<number, { id: number; left: number }>();
  /** SUBSCRIBEs → what to say when they are granted. */
  readonly #asked = new Map<number, (granted: readonly number[]) => void>();
  /** UNSUBSCRIBEs → what to say when they are done. */
  readonly #left = new Map<number, Packet>();
  readonly #children = new Set<string>();
  /** Filters of the gateway API that it listens to, and at which QoS. */
  readonly #listens = new Map<string, QoS>();
  readonly #held = new Map<string, IPublishPacket[]>();

  constructor(account: Account, door: Door, desk: Desk, ends: Ends) {
    this.#account = account;
    this.#door = door;
    this.#desk = desk;
    this.#ends = ends;
  }

  connect(connect: IConnectPacket): void {
    const { will, ...plain } = connect;
    const said = will === undefined ? null : heard(will.topic, will.payload as Buffer);
    if (said !== null) this.#strangersIn(said);
    const [native, ...more] = said === null ? [] : this.#nativesOf(said);
    const last = native === undefined || more.length > 0 ? null : { ...will, ...native };
    this.#ends.toBroker({ ...plain, ...(last === null ? {} : { will: last as never }) });
  }

  fromDevice(packet: Packet): void {
    switch (packet.cmd) {
      case 'publish':
        return this.#published(packet);
      case 'subscribe':
        return this.#subscribed(packet);
      case 'unsubscribe':
        return this.#unsubscribed(packet);
      case 'puback':
      case 'pingreq':
      case 'disconnect':
        return this.#ends.toBroker(packet);
      default:
        return this.#ends.end();
    }
  }

  fromBroker(packet: Packet): void {
    switch (packet.cmd) {
      case 'publish':
        return this.#down(packet);
      case 'puback':
        return this.#acked(packet.messageId ?? 0);
      case 'suback': {
        const told = this.#asked.get(packet.messageId ?? 0);
        this.#asked.delete(packet.messageId ?? 0);
        return told?.(packet.granted as number[]);
      }
      case 'unsuback':
        return this.#ends.toDevice(this.#left.get(packet.messageId ?? 0) ?? packet);
      default:
        this.#ends.toDevice(packet);
    }
  }

  // --- up ----------------------------------------------------------------------------------------

  #published({ topic, payload, qos, messageId = 0, retain, dup }: IPublishPacket): void {
    const said = qos === 2 ? null : heard(topic, payload as Buffer);
    const strangers = said === null ? null : this.#strangersIn(said);
    if (said === null || strangers === null) return this.#ends.end();
    const done = (): void => {
      if (qos > 0) this.#ends.toDevice({ cmd: 'puback', messageId });
    };
    const how = { qos, retain, dup, messageId };
    if (said.what === 'attributes') {
      const own = said.readings.filter(({ child }) => child === null || !strangers.includes(child));
      return this.#attributes(said.readings, own, done, how);
    }
    const natives = this.#nativesOf(said);
    if (natives.length === 0) {
      done();
      return strangers.length > 0 ? undefined : this.#other(said);
    }
    this.#send(natives, how);
  }

  /**
   * Of those for whom something is said, the children of others: nothing is kept or told of them,
   * and the broker passes over what names itself. Null where somebody can be nobody's child.
   */
  #strangersIn(said: Heard): string[] | null {
    const strangers = childrenIn(said).filter((one) => !this.#door.adopt(this.#account, one));
    return strangers.every((one) => this.#door.prefixOf(one) !== null) ? strangers : null;
  }

  #send(
    natives: readonly Native[],
    how: { qos: QoS; retain: boolean; dup: boolean; messageId: number },
  ): void {
    const { qos, retain, dup } = how;
    const open = { id: how.messageId, left: natives.length };
    for (const native of natives) {
      const messageId = this.#nextId();
      if (qos > 0) this.#open.set(messageId, open);
      this.#ends.toBroker({ cmd: 'publish', ...native, qos, retain, dup, messageId });
    }
  }

  #acked(id: number): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    if (open !== undefined && --open.left === 0) {
      this.#ends.toDevice({ cmd: 'puback', messageId: open.id });
    }
  }

  /** Kept as attributes first; those that name themselves go on as messages. */
  #attributes(
    readings: readonly Reading[],
    own: readonly Reading[],
    done: () => void,
    how: { qos: QoS; retain: boolean; dup: boolean; messageId: number },
  ): void {
    let left = own.length;
    const natives = readings.flatMap((reading) => this.#nativeOf(reading, reading.tag));
    if (left === 0 && natives.length === 0) return done();
    for (const { child, values } of own) {
      this.#desk.keep(child ?? this.#account.user, values, () => {
        if (--left === 0 && natives.length === 0) done();
      });
    }
    if (natives.length > 0) this.#send(natives, how);
  }

  #nativesOf(said: Heard): Native[] {
    const { seams } = this.#desk;
    const { user, speaksFor = [] } = this.#account;
    if (said.what === 'telemetry') {
      return said.readings.flatMap((reading) => {
        const { child, tag } = reading;
        const whose =
          child === null
            ? null
            : (seams?.childOfReading?.(user, child, speaksFor, tag?.n ?? 0) ?? child);
        return this.#nativeOf({ ...reading, child: whose }, tag ?? this.#tagFor(reading));
      });
    }
    if (said.what === 'attributes') {
      return said.readings.flatMap((reading) => this.#nativeOf(reading, reading.tag));
    }
    if (said.what !== 'answer') return [];
    const { reading } = said;
    const device = reading.child ?? user;
    // The request says which message is answered, and not what the answer says of itself.
    const n = seams?.requestOfAnswer?.(device, said.id) ?? said.id;
    const named = reading.tag ?? { stream: 'answer', e: 0, t: this.#desk.now() };
    return this.#nativeOf(reading, { ...named, n });
  }

  #tagFor({ child }: Reading): Reading['tag'] {
    const n = this.#desk.numberFor(child ?? this.#account.user);
    return { stream: 'telemetry', n, e: 0, t: this.#desk.now() };
  }

  #nativeOf({ child, values }: Reading, tag: Reading['tag']): Native[] {
    if (tag === null) return [];
    const prefix = this.#door.prefixOf(child ?? this.#account.user);
    if (prefix === null) return [];
    const { stream, n, e, t } = tag;
    const envelope = { n, e, t, v: valuesFrom(stream, values) };
    return [{ topic: `${prefix}${stream}`, payload: Buffer.from(JSON.stringify(envelope)) }];
  }

  /** What is asked of the platform, and no message. */
  #other(said: Heard): void {
    if (said.what === 'connect') this.#introduced(said.child);
    else if (said.what === 'disconnect') this.#children.delete(said.child);
    else if (said.what === 'call') {
      const known = said.method === 'getSessionLimits';
      const answer = known ? LIMITS : { error: `there is no method ${said.method}` };
      this.#say(packet(`${ME}rpc/response/${said.id}`, answer));
    } else if (said.what === 'wanted') this.#tell(said);
  }

  /** Who names no key is told all. */
  #tell(wanted: Heard & { what: 'wanted' }): void {
    const { child, client, shared } = wanted;
    const device = child ?? this.#account.user;
    const isAll = client.length + shared.length === 0;
    const scopes = [
      this.#desk.attributes(device, 'client', isAll ? null : client),
      this.#desk.attributes(device, 'shared', isAll ? null : shared),
    ] as const;
    this.#say(told(wanted, ...scopes));
  }

  /** On the platform's own account; nobody waits for an acknowledgement of it. */
  #say({ topic, payload }: Written): void {
    this.#ends.toDevice({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false });
  }

  // --- who listens -------------------------------------------------------------------------------

  #subscribed({ messageId = 0, subscriptions }: ISubscribePacket): void {
    const asked = subscriptions.map(({ topic, qos }) => {
      const held = Math.min(qos, 1) as 0 | 1;
      if (topic.startsWith(GATEWAY)) this.#listens.set(topic, held);
      return { filters: this.#filtersOf(topic), qos: held, isKnown: isKnown(topic) };
    });
    const say = (granted: readonly number[]): void => {
      let at = 0;
      const codes = asked.map(({ filters, qos, isKnown }) => {
        const own = granted.slice(at, at + filters.length);
        at += filters.length;
        if (!isKnown || own.includes(REFUSED)) return REFUSED;
        return own.length === 0 ? qos : Math.max(...own);
      });
      this.#ends.toDevice({ cmd: 'suback', messageId, granted: codes as never });
    };
    const inner = asked.flatMap(({ filters, qos }) => filters.map((topic) => ({ topic, qos })));
    this.#listen(inner, say);
  }

  #unsubscribed({ messageId = 0, unsubscriptions }: IUnsubscribePacket): void {
    const filters = unsubscriptions.flatMap((filter) => this.#filtersOf(filter));
    for (const filter of unsubscriptions) this.#listens.delete(filter);
    const granted = unsubscriptions.map(() => 0);
    const answer: Packet = { cmd: 'unsuback', messageId, granted };
    this.#left.set(messageId, answer);
    if (filters.length === 0) this.#ends.toDevice(answer);
    else this.#ends.toBroker({ cmd: 'unsubscribe', messageId, unsubscriptions: filters });
  }

  #listen(
    subscriptions: { topic: string; qos: 0 | 1 }[],
    told: (granted: readonly number[]) => void,
  ): void {
    if (subscriptions.length === 0) return told([]);
    const messageId = this.#nextId();
    this.#asked.set(messageId, told);
    this.#ends.toBroker({ cmd: 'subscribe', messageId, subscriptions });
  }

  /** Where our own dialect has what comes by a filter of the API. */
  #filtersOf(filter: string): string[] {
    const of = (device: string, stream: string): string[] => {
      const prefix = this.#door.prefixOf(device);
      return prefix === null ? [] : [`${prefix}${stream}`];
    };
    const { user } = this.#account;
    if (filter === `${ME}rpc/request/+`) return of(user, REQUEST);
    if (filter === `${ME}attributes`) return of(user, SHARED);
    const stream = OF_CHILDREN[filter];
    return stream === undefined ? [] : [...this.#children].flatMap((child) => of(child, stream));
  }

  /** A child gets what is sent to it from now on, where its gateway listens. */
  #introduced(child: string): void {
    this.#children.add(child);
    const prefix = this.#door.prefixOf(child);
    const filters = [...this.#listens].flatMap(([filter, qos]) => {
      const stream = OF_CHILDREN[filter];
      return stream === undefined || prefix === null
        ? []
        : [{ topic: `${prefix}${stream}`, qos: qos as 0 | 1 }];
    });
    this.#listen(filters, () => {});
    const held = this.#held.get(child) ?? [];
    this.#held.delete(child);
    for (const one of held) this.#down(one);
  }

  // --- down --------------------------------------------------------------------------------------

  #down(message: IPublishPacket): void {
    const slash = message.topic.lastIndexOf('/');
    const stream = message.topic.slice(slash + 1);
    const { user, speaksFor = [] } = this.#account;
    const device = this.#door.deviceOf(message.topic);
    const isOwn = device === user;
    // A child that nobody named is forgotten by a kill, and not what is queued for it.
    const isKnown = device !== null && this.#door.prefixOf(device) !== null;
    if (device === null || (isKnown && !isOwn && !speaksFor.includes(device))) {
      return this.#done(message);
    }
    if (!isOwn && !this.#children.has(device)) return this.#hold(device, message);
    const said = downIn(stream, message.payload as Buffer);
    if (said === null) return this.#done(message);
    const { n } = said.tag;
    if (stream === SHARED && this.#desk.seams?.pushShared?.(device, n) === false) {
      return this.#done(message);
    }
    this.#ends.toDevice({
      ...message,
      ...written({ run: this.#door.run, device }, said, n, !isOwn),
    });
  }

  #hold(child: string, message: IPublishPacket): void {
    const held = this.#held.get(child) ?? [];
    if (held.length < HELD_MAX) held.push(message);
    this.#held.set(child, held);
  }

  /** Nobody is given it, and the broker need not send it again. */
  #done({ qos, messageId }: IPublishPacket): void {
    if (qos > 0) this.#ends.toBroker({ cmd: 'puback', messageId: messageId ?? 0 });
  }

  #nextId(): number {
    this.#lastId = (this.#lastId % IDS_MAX) + 1;
    return this.#lastId;
  }
}

const OF_CHILDREN: Readonly<Record<string, string>> = {
  [`${GATEWAY}rpc`]: REQUEST,
  [`${GATEWAY}attributes`]: SHARED,
};

const KNOWN = [
  `${ME}rpc/request/+`,
  `${ME}rpc/response/+`,
  `${ME}attributes`,
  `${ME}attributes/response/+`,
  `${GATEWAY}rpc`,
  `${GATEWAY}attributes`,
  `${GATEWAY}attributes/response`,
];

const isKnown = (filter: string): boolean => KNOWN.includes(filter);
