/**
 * The mass wire: an MQTT device client over any byte stream, of 3.1.1, or of 5 where it is given
 * options for that, made so that a hundred thousand fit into one machine. It has no timers (the
 * caller's pacing wheel asks `fire`), no listeners of its own (one events object serves a fleet),
 * and an idle one holds no buffers. Writes of one turn leave as one write.
 *
 * Connecting, backing off and deciding whether a session is kept is the device's business; this is
 * one connection. After `disconnect`, `destroy`, `release`, `refused` or `closed` no further event
 * is raised, but that the goodbye of a `disconnect` may turn out unheard.
 */
import type { Duplex } from 'node:stream';
import type { IConnackPacket, IPublishPacket, Packet } from 'mqtt-packet';
import { assert, breachOf, PUBACK_FOR_QOS_2, REFUSED_FROM, type Packet as Said } from '#kernel';
import { listenersOf } from './light-client-carrier.ts';
import { type ClientEvents, type LightClientOptions, refusalOf } from './light-client-events.ts';
import { type KeepAlive, keepAliveOf, UNTIL_AGREED_MS } from './light-client-keep-alive.ts';
import { asItIs, Mqtt5, type Reply, reasonOf } from './light-client-mqtt5.ts';
import {
  DISCONNECT,
  decodeFrame,
  eachFrame,
  encodeAck,
  encodeConnect,
  encodePublish,
  encodeSubscribe,
  PACKET_BYTES_MAX,
  PINGREQ,
  TYPE,
} from './light-client-packets.ts';
import {
  type InFlight,
  LightSession,
  type Outbound,
  type SessionState,
} from './light-client-session.ts';
import { TurnEnd } from './light-client-turn.ts';

export type { LightClientOptions } from './light-client-events.ts';
export type { SessionState } from './light-client-session.ts';

/** What happens to a client of the owner type `C`. */
export type LightClientEvents<C> = ClientEvents<LightClient<C>>;

export class LightClient<C = unknown> {
  readonly owner: C;
  readonly #events: LightClientEvents<C>;
  readonly #stream: Duplex;
  /** Null for a client of 3.1.1. */
  readonly #five: Mqtt5 | null;
  readonly #leaves: LightClientOptions['leaves'];
  readonly #window: number;
  readonly #queueLimit: number;
  readonly #session = new LightSession();
  #keepAlive: KeepAlive | null;
  #phase: 'connecting' | 'connected' | 'over' = 'connecting';
  /** Publishes wait: inside the `connected` callback, and while the stream asks for a pause. */
  #held = false;
  #paused = false;
  /** Packets of this turn. */
  #out: Uint8Array[] | null = null;
  /** The head of a packet whose rest has not come. */
  #partial: Uint8Array | null = null;
  #error: string | null = null;

  constructor(stream: Duplex, options: LightClientOptions, events: LightClientEvents<C>, owner: C) {
    this.owner = owner;
    this.#events = events;
    this.#stream = stream;
    this.#window = options.window ?? 32;
    this.#queueLimit = options.queueLimit ?? 1000;
    this.#keepAlive = keepAliveOf(options.keepAliveS);
    this.#leaves = options.leaves;
    this.#five = options.mqtt5 === undefined ? null : new Mqtt5(options.mqtt5, options);
    listeners.attach(stream, this as LightClient);
    this.#write(encodeConnect(options, this.#five));
  }

  get connected(): boolean {
    return this.#phase === 'connected';
  }

  /** Publishes taken and not finished: in flight and queued. */
  get unfinished(): number {
    return this.#session.inFlightCount + this.#session.queued;
  }

  /** False when the message was not taken: the queue is full, or the connection is over. */
  publish(
    key: number,
    topic: string,
    payload: Uint8Array,
    qos: 0 | 1 | 2,
    retain: boolean,
    reply?: Reply,
  ): boolean {
    if (this.#phase === 'over') return false;
    const message: Outbound = { key, topic, payload, qos, retain, resend: false };
    if (reply !== undefined) message.reply = reply;
    if (this.#session.queued === 0 && this.#mayPublish(qos)) {
      this.#send(message);
      return true;
    }
    if (this.#session.queued >= this.#queueLimit) return false;
    this.#session.enqueue(message);
    return true;
  }

  /** At QoS 0 and at once, ahead of what waits; not at all while there is no connection. */
  say({ topic, payload }: Said): void {
    if (!this.connected) return;
    const said = this.#five?.publish(topic, undefined) ?? asItIs(topic);
    this.#write(encodePublish(said.topic, payload, 0, false, false, 0, said.properties));
  }

  /** Only while connected: whether one is needed is known from `sessionPresent`. */
  subscribe(filters: readonly string[], qos: 0 | 1 | 2): void {
    if (!this.connected || filters.length === 0) return;
    const id = this.#session.subscribing();
    this.#write(encodeSubscribe(id, filters, qos, this.#version));
  }

  /** A graceful goodbye: no will. */
  disconnect(): void {
    if (this.#phase === 'over') return;
    const wasConnected = this.connected;
    if (wasConnected) this.#write(DISCONNECT);
    this.#flush();
    this.#detach();
    if (!wasConnected) return void this.#stream.destroy();
    // What still comes in is read and dropped: a close with unread bytes would reset the
    // connection, and a reset may overtake the DISCONNECT. An error tells that nobody read it.
    this.#stream.resume();
    listeners.listen(this.#stream, this as LightClient);
    this.#stream.end();
  }

  /** An abrupt end: the server publishes the will. */
  destroy(): void {
    this.#detach();
    this.#stream.destroy();
  }

  /** Hands the stream back as it is, paused and half-open; unwritten bytes are forgotten. */
  release(): Duplex {
    this.#detach();
    return this.#stream.pause();
  }

  /** The session, to be resumed over another connection. This client has none afterwards. */
  takeSession(): SessionState {
    return this.#session.take();
  }

  /** Goes on with a session; before the server answers, best in the turn that made the client. */
  resume(session: SessionState): void {
    assert(this.#phase === 'connecting', 'a session is resumed before the server answers');
    this.#session.restore(session);
  }

  /**
   * Keep-alive, as a pacing wheel asks for it: within a second of construction, then when it says.
   * Infinity is never.
   */
  fire(nowMs: number): number {
    if (this.#five !== null && this.#phase === 'connecting') return nowMs + UNTIL_AGREED_MS;
    if (this.#phase === 'over' || this.#keepAlive === null) return Infinity;
    const wish = this.#keepAlive.ask(nowMs, this.connected);
    if (wish === 'give-up') {
      this.#over('keep-alive');
      return Infinity;
    }
    if (wish === 'ping') this.#put(PINGREQ);
    return this.#keepAlive.nextMs(this.connected);
  }

  #mayPublish(qos: 0 | 1 | 2): boolean {
    if (!this.connected || this.#held || this.#paused) return false;
    if (qos === 0) return true;
    return this.#session.inFlightCount < (this.#five?.window(this.#window) ?? this.#window);
  }

  get #version(): 4 | 5 {
    return this.#five === null ? 4 : 5;
  }

  #send(message: Outbound): void {
    const id = message.qos === 0 ? 0 : this.#session.add(message);
    this.#writePublish(message, id, false, message.resend);
  }

  #writePublish(message: Outbound, id: number, dup: boolean, resend: boolean): void {
    if (!this.connected) return;
    const { key, qos, retain, reply } = message;
    const leaving = this.#leaves?.(message);
    for (const one of leaving?.ahead ?? []) this.say(one);
    const { topic, payload } = leaving?.packet ?? message;
    const said = this.#five?.publish(topic, reply) ?? asItIs(topic);
    this.#write(encodePublish(said.topic, payload, qos, retain, dup, id, said.properties));
    if (this.#stream.writableNeedDrain && !this.#paused) {
      this.#paused = true;
      listeners.awaitDrain(this.#stream);
    }
    this.#events.sentOnWire?.(this, key, resend, payload);
  }

  #drain(): void {
    for (let next = this.#session.peek(); next !== undefined; next = this.#session.peek()) {
      if (!this.#mayPublish(next.qos)) return;
      this.#session.shift();
      this.#send(next);
    }
  }

  #write(bytes: Uint8Array): void {
    this.#keepAlive?.wrote();
    this.#put(bytes);
  }

  #put(bytes: Uint8Array): void {
    if (this.#out === null) dirty.add(this);
    this.#out ??= [];
    this.#out.push(bytes);
  }

  #flush(): void {
    const out = this.#out;
    this.#out = null;
    if (out === null || !this.#stream.writable) return;
    const [only] = out;
    this.#stream.write(out.length === 1 && only !== undefined ? only : Buffer.concat(out));
    for (const id of this.#five?.takeAnswered() ?? []) this.#events.packetDone?.(this, id);
  }

  /** Inbound: each step answers what is wrong with what came, or null. */
  #read(chunk: Uint8Array): void {
    const partial = this.#partial;
    this.#partial = null;
    this.#partial = eachFrame(partial, chunk, PACKET_BYTES_MAX, (frame) => {
      const wrong = frame === null ? 'packet length' : this.#frame(frame);
      if (wrong !== null) this.#over(breachOf(wrong));
      return this.#phase !== 'over';
    });
  }

  #frame(frame: Uint8Array): string | null {
    const inbound = decodeFrame(frame, this.#version);
    if (inbound.kind === 'malformed') return inbound.why;
    if (this.#phase === 'connecting') {
      const first = inbound.kind === 'packet' ? inbound.packet : null;
      if (first?.cmd !== 'connack') return 'first packet is not a CONNACK';
      this.#connack(first);
      return null;
    }
    return inbound.kind === 'ack'
      ? this.#ack(inbound.type, inbound.id, inbound.code ?? 0)
      : this.#packet(inbound.packet);
  }

  #packet(packet: Packet): string | null {
    switch (packet.cmd) {
      case 'publish':
        return this.#publish(packet);
      case 'suback':
        if (this.#session.subscribed(packet.messageId ?? 0)) {
          this.#events.subscribed(this, packet.granted as number[]);
        }
        return null;
      case 'pingresp':
        this.#keepAlive?.answered();
        return null;
      case 'disconnect':
        if (this.#five === null) return 'disconnect from a server';
        this.#over(`told to go: ${reasonOf(packet.reasonCode ?? 0)}`);
        return null;
      default:
        return `${packet.cmd} from a server`;
    }
  }

  #connack(packet: IConnackPacket): void {
    const { sessionPresent, returnCode, reasonCode: code = returnCode ?? 0 } = packet;
    if (code !== 0) {
      this.destroy();
      return this.#events.refused(this, this.#five === null ? refusalOf(code) : reasonOf(code));
    }
    this.#phase = 'connected';
    const agreed = this.#five?.connacked(packet);
    if (agreed !== undefined) this.#events.agreed?.(this, agreed);
    // MQTT-3.1.2-21: what the server says goes.
    if (agreed !== undefined) this.#keepAlive = keepAliveOf(agreed.keepAlive);
    // What the owner publishes when it hears of the connection comes after what is owed.
    this.#held = true;
    this.#events.connected(this, sessionPresent);
    this.#held = false;
    if (!this.connected) return;
    if (sessionPresent) this.#sendAgain();
    else this.#startAfresh();
    this.#drain();
  }

  /** MQTT-4.4.0-1: unfinished PUBLISH and PUBREL packets go out again, in order, with their ids. */
  #sendAgain(): void {
    for (const message of this.#session.unfinished()) {
      if (message.released) this.#write(encodeAck(TYPE.pubrel, message.id));
      else this.#writePublish(message, message.id, true, true);
    }
  }

  /**
   * The server knows nothing: QoS 1 is published anew, before anything newer; QoS 2 could arrive
   * twice, so never.
   */
  #startAfresh(): void {
    const lost = this.#session.forget();
    for (const message of lost) if (message.qos === 1) this.#send(message);
    for (const message of lost) if (message.qos === 2) this.#events.abandoned(this, message.key);
  }

  #ack(type: number, id: number, code: number): string | null {
    if (type === TYPE.pubrel) {
      this.#session.release(id);
      this.#write(encodeAck(TYPE.pubcomp, id));
      this.#five?.answering(id);
      return null;
    }
    const message = this.#session.find(id);
    if (type === TYPE.pubrec) {
      if (message?.qos === 1) return 'PUBREC for a QoS 1 publish';
      if (message !== undefined && code >= REFUSED_FROM) return this.#settled(message, code);
      if (message !== undefined) message.released = true;
      // Also for an unknown id: without it the server would hold its half of the exchange for ever.
      this.#write(encodeAck(TYPE.pubrel, id));
      return null;
    }
    if (message === undefined) return null;
    if (type === TYPE.puback && message.qos === 2) return PUBACK_FOR_QOS_2;
    if (type === TYPE.pubcomp && !message.released) return 'PUBCOMP without a PUBREC';
    return this.#settled(message, type === TYPE.puback ? code : 0);
  }

  /** The exchange is over; in MQTT 5 perhaps since the server does not take the message. */
  #settled(message: InFlight, code: number): null {
    this.#session.remove(message.id);
    if (code < REFUSED_FROM) this.#events.acked(this, message.key);
    else this.#events.rejected?.(this, message.key, reasonOf(code));
    this.#drain();
    return null;
  }

  #publish(packet: IPublishPacket): string | null {
    const { payload, qos, messageId: id = 0 } = packet;
    if (this.#five !== null) this.#events.packetIn?.(this, packet);
    const named = this.#five?.topicOf(packet) ?? packet;
    if ('wrong' in named) return named.wrong;
    const { topic } = named;
    if (topic === '' || /[+#]/.test(topic)) return 'topic of a PUBLISH';
    if (qos < 2 || this.#session.receive(id)) {
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      this.#events.received(this, topic, bytes, qos, packet);
    }
    if (qos === 0 || !this.connected) return null;
    this.#write(encodeAck(qos === 1 ? TYPE.puback : TYPE.pubrec, id));
    if (qos === 1) this.#five?.answering(id);
    return null;
  }

  #over(reason: string): void {
    if (this.#phase === 'over') return;
    this.destroy();
    this.#events.closed(this, reason);
  }

  /** From here on the stream is none of ours, but for its errors: no exceptions of them. */
  #detach(): void {
    this.#phase = 'over';
    this.#out = null;
    this.#partial = null;
    listeners.detach(this.#stream);
  }

  /** What streams and the flush may do to a client; all streams share their listeners. */
  static readonly inside = {
    read: (client: LightClient, chunk: Uint8Array): void => client.#read(chunk),
    failed: (client: LightClient, reason: string): void => {
      if (client.#phase === 'over') client.#events.unheard?.(client);
      else client.#error = reason;
    },
    over: (client: LightClient): void => client.#over(client.#error ?? 'closed'),
    drained: (client: LightClient): void => {
      client.#paused = false;
      client.#drain();
    },
    flush: (client: LightClient): void => client.#flush(),
  };
}

const listeners = listenersOf<LightClient>(LightClient.inside);

/** Clients with something to write. */
const dirty = new TurnEnd<LightClient>((client) => LightClient.inside.flush(client));
