/**
 * A session of our own with the target, on mqtt.js: for witnesses and operators. mqtt.js and not
 * the light client, since one bug common to sender and witness would be invisible. It comes back
 * by itself, with what it had under way.
 */
import { type IPublishPacket, MqttClient, Store } from 'mqtt';
import {
  breachOf,
  type Clock,
  PUBACK_FOR_QOS_2,
  REFUSED_FROM,
  SESSION_FOR_EVER,
  type Spoken,
  speaks5,
} from '#kernel';
import { type Reply, reasonOf } from './light-client-mqtt5.ts';
import type { Credentials, Links } from './links.ts';
import { loginOf } from './login.ts';
import { PublishesUnderWay, type SentAgain } from './publishes-under-way.ts';
import { subscribeRefusal } from './subscribe-refusal.ts';

export interface MqttSessionPorts {
  /** Says which version is spoken. */
  plan: Spoken;
  links: Pick<Links, 'direct'>;
  credentials: Credentials;
  clock: Clock;
}

export interface MqttSessionEvents {
  connected?(session: MqttSession, sessionPresent: boolean): void;
  message?(topic: string, payload: Uint8Array, packet: IPublishPacket): void;
  /** Whether a message at QoS 1 is acknowledged now; asked after `message`. Never, if not now. */
  mayAcknowledge?(packet: IPublishPacket): boolean;
  /** With what the target or the link said last; empty where nobody said anything. */
  closed?(why: string): void;
}

/** What becomes of one message. */
export interface PublishEvents {
  /** It goes out once more, after a reconnect. */
  sentAgain(how: SentAgain): void;
  /** With what went wrong, if anything: then it is not acknowledged, and never is. */
  answered(trouble: string | null): void;
  /** MQTT 5: the target says why it does not take it; instead of `answered`. */
  refused(why: string): void;
}

/** What a message says in MQTT 5. */
export interface PublishHow {
  qos: 0 | 1 | 2;
  retain: boolean;
  expiryS?: number | undefined;
  reply?: Reply | undefined;
}

/** What a session declares in MQTT 5; for ever where it says nothing of its expiry. */
export interface SessionHow {
  sessionExpiryS?: number;
}

const RETRY_MS = 250;

/** mqtt.js tells a dozen lines a message to nobody; through its own `debug` each costs a look. */
const untold = (): void => undefined;

export class MqttSession {
  readonly #ports: MqttSessionPorts;
  readonly #client: MqttClient;
  /**
   * The session's state outlives a connection. Without stores of its own mqtt.js forgets it at a
   * reconnect: what was under way, and a QoS 2 message between PUBREC and PUBREL.
   */
  readonly #stores = {
    incomingStore: new Store({ clean: false }),
    outgoingStore: new Store({ clean: false }),
  };
  readonly #underWay: PublishesUnderWay;
  /** Of what was published, by the payload that mqtt.js was given. */
  readonly #events = new WeakMap<object, PublishEvents>();
  #connected = false;
  #ended = false;
  #why = '';

  /** Connects at once, and again whenever the connection is lost. */
  constructor(
    ports: MqttSessionPorts,
    name: string,
    events: MqttSessionEvents,
    how: SessionHow = {},
  ) {
    const { credentials, links } = ports;
    this.#ports = ports;
    const client = new MqttClient(() => links.direct(), {
      ...this.#stores,
      ...spoken(ports.plan, how),
      ...loginOf(credentials, name),
      clean: false,
      keepalive: 30,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
      timerVariant: 'native',
      resubscribe: false,
      queueQoSZero: false,
      log: untold,
    });
    this.#client = client;
    this.#underWay = new PublishesUnderWay(client, (payload, how) => {
      if (typeof payload !== 'string') this.#events.get(payload)?.sentAgain(how);
    });
    client.on('connect', (packet) => {
      this.#connected = !this.#ended;
      events.connected?.(this, packet.sessionPresent);
    });
    client.on('message', (topic, payload, packet) => events.message?.(topic, payload, packet));
    client.handleMessage = (packet, done) => {
      if (events.mayAcknowledge?.(packet) !== false) done();
    };
    client.on('error', (error) => {
      this.#why = error.message;
    });
    client.on('disconnect', ({ reasonCode = 0 }) => {
      this.#why = `told to go: ${reasonOf(reasonCode)}`;
    });
    client.on('close', () => {
      this.#connected = false;
      events.closed?.(this.#why);
      this.#why = '';
      if (!this.#ended) this.#comeBack();
    });
  }

  /**
   * Once what was under way is answered. mqtt.js says so from the CONNACK on, but holds back what
   * is published until then, and drops it where the connection ends before.
   */
  get connected(): boolean {
    return this.#connected;
  }

  /** Tells whether all filters were granted; a refusal ends the connection. */
  subscribe(filters: readonly string[], qos: 0 | 1 | 2, granted: () => void): void {
    this.#client.subscribe([...filters], { qos }, (error) => {
      if (error === null || error === undefined) return granted();
      this.#why = subscribeRefusal(filters, error) ?? error.message;
      this.#client.stream.destroy();
    });
  }

  publish(
    topic: string,
    payload: Uint8Array,
    { qos, retain, expiryS, reply }: PublishHow,
    events: PublishEvents,
  ): void {
    const bytes = Buffer.from(payload);
    this.#events.set(bytes, events);
    const properties = propertiesOf(expiryS, reply);
    this.#client.publish(topic, bytes, { qos, retain, ...properties }, (error) => {
      if (error === undefined || error === null) {
        events.answered(this.#underWay.isBroken(bytes) ? breachOf(PUBACK_FOR_QOS_2) : null);
        return;
      }
      // What is open at the end stays open.
      if (this.#ended) return;
      const code = codeIn(error);
      if (code !== null && code >= REFUSED_FROM) events.refused(reasonOf(code));
      else events.answered(`client: ${error.message}`);
    });
  }

  /** Dies without a word, and comes back. */
  cut(): void {
    this.#client.stream.destroy();
  }

  /** For good. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#connected = false;
    await new Promise<void>((resolve) => this.#client.end(true, {}, () => resolve()));
  }

  #comeBack(): void {
    this.#ports.clock.after(RETRY_MS, () => {
      if (!this.#ended) this.#client.reconnect(this.#stores);
    });
  }
}

/** The version; and that a session is kept, which in MQTT 5 is said apart. */
function spoken(plan: Spoken, { sessionExpiryS = SESSION_FOR_EVER }: SessionHow) {
  if (!speaks5(plan)) return { protocolVersion: 4 } as const;
  const properties = { sessionExpiryInterval: sessionExpiryS };
  return { protocolVersion: 5, properties } as const;
}

function propertiesOf(expiryS: number | undefined, reply: Reply | undefined) {
  if (expiryS === undefined && reply === undefined) return {};
  return {
    properties: {
      ...(expiryS === undefined ? {} : { messageExpiryInterval: expiryS }),
      ...(reply?.topic === undefined ? {} : { responseTopic: reply.topic }),
      ...(reply?.correlation === undefined
        ? {}
        : { correlationData: Buffer.from(reply.correlation) }),
    },
  };
}

/** mqtt.js hangs the reason code of a PUBACK or PUBREC on the error that it makes of it. */
function codeIn(error: Error): number | null {
  const { code } = error as { code?: unknown };
  return typeof code === 'number' ? code : null;
}
