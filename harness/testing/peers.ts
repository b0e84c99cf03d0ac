/**
 * TEST ONLY. Our light client and mqtt.js behind one face, so that the same script can be played
 * with both and what a broker made of it can be compared.
 */
import type { Duplex } from 'node:stream';
import { MqttClient, Store } from 'mqtt';
import { LightClient, type LightClientEvents, type SessionState } from '../wire/light-client.ts';
import { until } from './brokers.ts';

export interface PeerOptions {
  clientId: string;
  clean: boolean;
  /** MQTT 5 instead of 3.1.1; a kept session is kept for ever there too. */
  five?: boolean;
  will?: { topic: string; payload: string; qos: 0 | 1 | 2; retain: boolean };
}

export interface Peer {
  /** Connects, or connects again with the session it has; answers whether the broker knew it. */
  connect(open: () => Duplex): Promise<boolean>;
  subscribe(filter: string, qos: 0 | 1 | 2): Promise<void>;
  /** Fulfilled when the exchange is over; at QoS 0 when it was written. */
  publish(topic: string, payload: string, qos: 0 | 1 | 2, retain?: boolean): Promise<void>;
  /** `topic=payload qos`, with `retained` where it was. */
  received: string[];
  disconnect(): Promise<void>;
  /** Cuts the connection without a word. */
  kill(): Promise<void>;
}

export type PeerKind = 'light client' | 'mqtt.js';

export const makePeer = (kind: PeerKind, options: PeerOptions): Peer =>
  kind === 'mqtt.js' ? new JsPeer(options) : new LightPeer(options);

const line = (topic: string, payload: Uint8Array, qos: number, retain: boolean): string =>
  `${topic}=${Buffer.from(payload).toString()} q${qos}${retain ? ' retained' : ''}`;

class LightPeer implements Peer {
  readonly received: string[] = [];
  readonly #options: PeerOptions;
  readonly #acked = new Set<number>();
  readonly #sent = new Set<number>();
  #client: LightClient<LightPeer> | null = null;
  #stream: Duplex | null = null;
  #session: SessionState | null = null;
  #present: boolean | null = null;
  #granted = 0;
  #nextKey = 0;

  constructor(options: PeerOptions) {
    this.#options = options;
  }

  static readonly #events: LightClientEvents<LightPeer> = {
    connected: (client, present) => {
      client.owner.#present = present;
    },
    refused: () => {},
    closed: () => {},
    acked: (client, key) => void client.owner.#acked.add(key),
    abandoned: () => {},
    received: (client, topic, payload, qos, { retain }) =>
      void client.owner.received.push(line(topic, payload, qos, retain)),
    subscribed: (client) => {
      client.owner.#granted++;
    },
    sentOnWire: (client, key) => void client.owner.#sent.add(key),
  };

  async connect(open: () => Duplex): Promise<boolean> {
    const { will, five, ...options } = this.#options;
    this.#present = null;
    this.#stream = open();
    this.#client = new LightClient(
      this.#stream,
      {
        ...options,
        username: '',
        password: '',
        keepAliveS: 60,
        ...(five ? { mqtt5: { aliases: 2, receiveMaximum: 10, expiryS: 60 } } : {}),
        ...(will === undefined ? {} : { will: { ...will, payload: Buffer.from(will.payload) } }),
      },
      LightPeer.#events,
      this,
    );
    if (this.#session !== null) this.#client.resume(this.#session);
    await until(() => this.#present !== null);
    return this.#present === true;
  }

  async subscribe(filter: string, qos: 0 | 1 | 2): Promise<void> {
    const before = this.#granted;
    this.#client?.subscribe([filter], qos);
    await until(() => this.#granted > before);
  }

  async publish(topic: string, payload: string, qos: 0 | 1 | 2, retain = false): Promise<void> {
    const key = this.#nextKey++;
    this.#client?.publish(key, topic, Buffer.from(payload), qos, retain);
    await until(() => (qos === 0 ? this.#sent : this.#acked).has(key));
  }

  async disconnect(): Promise<void> {
    this.#session = this.#client?.takeSession() ?? null;
    this.#client?.disconnect();
    await until(() => this.#stream?.closed === true);
  }

  async kill(): Promise<void> {
    this.#session = this.#client?.takeSession() ?? null;
    this.#client?.destroy();
    await until(() => this.#stream?.closed === true);
  }
}

class JsPeer implements Peer {
  readonly received: string[] = [];
  readonly #options: PeerOptions;
  readonly #stores = {
    incomingStore: new Store({ clean: false }),
    outgoingStore: new Store({ clean: false }),
  };
  #client: MqttClient | null = null;
  #open: () => Duplex = () => {
    throw new Error('connect first');
  };

  constructor(options: PeerOptions) {
    this.#options = options;
  }

  async connect(open: () => Duplex): Promise<boolean> {
    this.#open = open;
    const { will, five, ...options } = this.#options;
    const sessionExpiryInterval = options.clean ? 0 : 0xffff_ffff;
    if (this.#client === null) {
      this.#client = new MqttClient(() => this.#open(), {
        ...options,
        ...(five
          ? { protocolVersion: 5, properties: { sessionExpiryInterval } }
          : { protocolVersion: 4 }),
        keepalive: 60,
        reconnectPeriod: 0,
        resubscribe: false,
        queueQoSZero: false,
        timerVariant: 'native',
        ...this.#stores,
        ...(will === undefined ? {} : { will: { ...will, payload: Buffer.from(will.payload) } }),
      });
      this.#client.on('message', (topic, payload, { qos, retain }) => {
        this.received.push(line(topic, payload, qos, retain));
      });
      this.#client.on('error', () => {});
    } else {
      // Without its stores a reconnecting mqtt.js forgets its session.
      this.#client.reconnect(this.#stores);
    }
    const client = this.#client;
    return new Promise((resolve) =>
      client.once('connect', (packet) => resolve(packet.sessionPresent)),
    );
  }

  async subscribe(filter: string, qos: 0 | 1 | 2): Promise<void> {
    await this.#client?.subscribeAsync(filter, { qos });
  }

  async publish(topic: string, payload: string, qos: 0 | 1 | 2, retain = false): Promise<void> {
    await this.#client?.publishAsync(topic, payload, { qos, retain });
  }

  async disconnect(): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    const { stream } = client;
    await new Promise<void>((resolve) => client.end(false, {}, () => resolve()));
    await until(() => stream.closed);
  }

  async kill(): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    const { stream } = client;
    stream.destroy();
    await until(() => stream.closed && !client.connected);
  }
}
