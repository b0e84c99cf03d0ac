/**
 * What a light client says and hears otherwise in MQTT 5: property blocks, reason codes, topic
 * aliases, and how many messages the server takes at one time. One of these belongs to one
 * connection, since aliases and limits do; a client of 3.1.1 has none. As in 3.1.1, what a fleet
 * sends all the time is written by hand, and the rest goes through mqtt-packet.
 */
import type { IConnackPacket, IPublishPacket } from 'mqtt-packet';
import { RECEIVE_MAXIMUM, SESSION_FOR_EVER } from '#kernel';

/** What a client makes of version 5; what is left out it does not make use of. */
export interface Mqtt5Options {
  /** Seconds after which what it publishes is worth nothing. */
  expiryS?: number;
  receiveMaximum?: number;
  /** Of a session that is kept; for ever when left out. */
  sessionExpiryS?: number;
  willDelayS?: number;
  /** Topic aliases, out and in. */
  aliases?: number;
  userProperties?: Readonly<Record<string, string>>;
}

/** Of one message: where its answer shall go, and what that shall repeat. */
export interface Reply {
  topic?: string;
  correlation?: Uint8Array;
}

/** In 3.1.1 a topic has no other name, and a message no properties. */
export const asItIs = (topic: string) => ({ topic, properties: null });

/** What an answer to the n-th message repeats. */
export const correlationOf = (n: number): Uint8Array => Buffer.from(String(n));

/** What the server set in its CONNACK. */
export interface Agreed {
  receive: number;
  aliases: number;
  session: number;
  /** Seconds; the server's word, where it says one, and else what was asked for. */
  keepAlive: number;
}

/** Identifiers of properties: MQTT 5, table 2-4. */
const PROPERTY = {
  expiry: 0x02,
  responseTopic: 0x08,
  correlation: 0x09,
  alias: 0x23,
  user: 0x26,
} as const;

export class Mqtt5 {
  readonly #options: Mqtt5Options;
  readonly #isClean: boolean;
  readonly #keepAliveS: number;
  /** What every message says. */
  readonly #always: Uint8Array;
  #agreed: Agreed = { receive: RECEIVE_MAXIMUM, aliases: 0, session: 0, keepAlive: 0 };
  /** Topics that have an alias on this connection. */
  #out: Map<string, number> | null = null;
  #in: Map<number, string> | null = null;
  /** Packet ids whose last acknowledgement waits for the end of the turn. */
  #answered: number[] | null = null;

  constructor(options: Mqtt5Options, asked: { clean: boolean; keepAliveS: number }) {
    this.#options = options;
    this.#isClean = asked.clean;
    this.#keepAliveS = asked.keepAliveS;
    this.#always = Buffer.concat([
      ...(options.expiryS === undefined ? [] : [seconds(options.expiryS)]),
      ...Object.entries(options.userProperties ?? {}).map(([name, value]) =>
        Buffer.concat([Uint8Array.of(PROPERTY.user), text(name), text(value)]),
      ),
    ]);
  }

  connectProperties(): object {
    const { receiveMaximum, aliases, sessionExpiryS, userProperties } = this.#options;
    return {
      ...(this.#isClean ? {} : { sessionExpiryInterval: sessionExpiryS ?? SESSION_FOR_EVER }),
      ...(receiveMaximum === undefined ? {} : { receiveMaximum }),
      ...(aliases === undefined ? {} : { topicAliasMaximum: aliases }),
      ...(userProperties === undefined ? {} : { userProperties: { ...userProperties } }),
    };
  }

  willProperties(): object {
    const { willDelayS } = this.#options;
    return willDelayS === undefined ? {} : { willDelayInterval: willDelayS };
  }

  connacked({ properties = {} }: IConnackPacket): Agreed {
    const { receiveMaximum, topicAliasMaximum, sessionExpiryInterval, serverKeepAlive } =
      properties;
    const { sessionExpiryS = SESSION_FOR_EVER } = this.#options;
    const asked = this.#isClean ? 0 : sessionExpiryS;
    this.#agreed = {
      receive: receiveMaximum ?? RECEIVE_MAXIMUM,
      aliases: topicAliasMaximum ?? 0,
      session: sessionExpiryInterval ?? asked,
      keepAlive: serverKeepAlive ?? this.#keepAliveS,
    };
    return this.#agreed;
  }

  /** Unacknowledged publishes at one time, of a client that would have so many. */
  window(wish: number): number {
    return Math.min(wish, this.#agreed.receive);
  }

  /** The topic as it is written, and the property block of a PUBLISH. */
  publish(topic: string, reply: Reply | undefined): { topic: string; properties: Uint8Array } {
    const known = this.#out?.get(topic);
    const alias = known ?? this.#newAlias(topic);
    if (alias === 0 && reply === undefined) {
      return { topic, properties: block(this.#always) };
    }
    const parts = [
      this.#always,
      ...(alias === 0 ? [] : [Uint8Array.of(PROPERTY.alias, alias >>> 8, alias & 0xff)]),
      ...replyParts(reply ?? {}),
    ];
    return {
      topic: known === undefined ? topic : '',
      properties: block(Buffer.concat(parts)),
    };
  }

  /** 0 where there is none to be had any more. */
  #newAlias(topic: string): number {
    const most = Math.min(this.#options.aliases ?? 0, this.#agreed.aliases);
    if ((this.#out?.size ?? 0) >= most) return 0;
    this.#out ??= new Map();
    this.#out.set(topic, this.#out.size + 1);
    return this.#out.size;
  }

  /** The topic of what came, by its alias where it has one; or what is wrong with that. */
  topicOf({ topic, properties }: IPublishPacket): { topic: string } | { wrong: string } {
    const alias = properties?.topicAlias;
    if (alias === undefined) return { topic };
    if (alias < 1 || alias > (this.#options.aliases ?? 0)) {
      return { wrong: `topic alias ${alias}` };
    }
    if (topic !== '') {
      this.#in ??= new Map();
      this.#in.set(alias, topic);
      return { topic };
    }
    const known = this.#in?.get(alias);
    return known === undefined ? { wrong: `topic alias ${alias} names nothing` } : { topic: known };
  }

  /** The last acknowledgement of a packet is written with this turn. */
  answering(id: number): void {
    this.#answered ??= [];
    this.#answered.push(id);
  }

  /** The turn is over: what was answered in it. */
  takeAnswered(): readonly number[] {
    const answered = this.#answered ?? [];
    this.#answered = null;
    return answered;
  }
}

const replyParts = ({ topic, correlation }: Reply): Uint8Array[] => [
  ...(topic === undefined
    ? []
    : [Buffer.concat([Uint8Array.of(PROPERTY.responseTopic), text(topic)])]),
  ...(correlation === undefined
    ? []
    : [Buffer.concat([Uint8Array.of(PROPERTY.correlation), counted(correlation)])]),
];

function seconds(value: number): Uint8Array {
  const bytes = Buffer.alloc(5);
  bytes[0] = PROPERTY.expiry;
  bytes.writeUInt32BE(value, 1);
  return bytes;
}

const text = (value: string): Uint8Array => counted(Buffer.from(value));

const counted = (bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.of(bytes.length >>> 8, bytes.length & 0xff), bytes]);

/** With its length ahead, as a variable byte integer. */
function block(properties: Uint8Array): Uint8Array {
  const { length } = properties;
  const head = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >>> 7];
  return Buffer.concat([Uint8Array.from(head), properties]);
}

/** A reason code in words: MQTT 5, 2.4. */
export const reasonOf = (code: number): string => `${code} ${REASONS[code] ?? 'unknown code'}`;

const REASONS: Readonly<Record<number, string>> = {
  0: 'success',
  4: 'disconnect with will',
  16: 'no matching subscribers',
  128: 'unspecified error',
  129: 'malformed packet',
  130: 'protocol error',
  131: 'implementation specific error',
  132: 'protocol version',
  133: 'client id rejected',
  134: 'bad user name or password',
  135: 'not authorized',
  136: 'server unavailable',
  137: 'server busy',
  138: 'banned',
  139: 'server shutting down',
  140: 'bad authentication method',
  141: 'keep-alive timeout',
  142: 'session taken over',
  143: 'topic filter invalid',
  144: 'topic name invalid',
  145: 'packet id in use',
  146: 'packet id not found',
  147: 'receive maximum exceeded',
  148: 'topic alias invalid',
  149: 'packet too large',
  150: 'message rate too high',
  151: 'quota exceeded',
  152: 'administrative action',
  153: 'payload format invalid',
  154: 'retain not supported',
  155: 'QoS not supported',
  156: 'use another server',
  157: 'server moved',
  158: 'shared subscriptions not supported',
  159: 'connection rate exceeded',
  160: 'maximum connect time',
  161: 'subscription ids not supported',
  162: 'wildcard subscriptions not supported',
};
