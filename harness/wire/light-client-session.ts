/**
 * What a client and a server remember of each other: publishes on the wire without a final answer,
 * what waits behind the window, and the QoS 2 packet ids that came in and were not released yet. It
 * is kept apart from the connection because a persistent session outlives one.
 */
import type { Reply } from './light-client-mqtt5.ts';

export interface Outbound {
  /** The caller's name for the message. */
  key: number;
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
  retain: boolean;
  /** Whether it was on a wire before. */
  resend: boolean;
  /** Of MQTT 5: where its answer shall go, or what it answers. */
  reply?: Reply;
}

export interface InFlight extends Outbound {
  id: number;
  /** QoS 2 only: PUBREC came, so what is owed now is a PUBREL. */
  released: boolean;
}

/** A session on its way from one connection to the next. */
export interface SessionState {
  lastId: number;
  /** In the order in which they were first sent. */
  inFlight: readonly InFlight[];
  /** Taken from the caller, never sent. */
  queue: readonly Outbound[];
  /** Packet ids of inbound QoS 2 messages already handed over. */
  inbound: readonly number[];
}

/** Containers are made on first use: an idle device has none of them. */
export class LightSession {
  #lastId = 0;
  #inFlight: Map<number, InFlight> | null = null;
  #queue: Outbound[] | null = null;
  #inbound: Set<number> | null = null;
  /** Packet ids of SUBSCRIBEs without an answer; of this connection alone. */
  #subscribes: Set<number> | null = null;

  get inFlightCount(): number {
    return this.#inFlight?.size ?? 0;
  }

  get queued(): number {
    return this.#queue?.length ?? 0;
  }

  find(id: number): InFlight | undefined {
    return this.#inFlight?.get(id);
  }

  /** Puts a message in flight and gives its packet id. */
  add(message: Outbound): number {
    const id = this.#freeId();
    this.#inFlight ??= new Map();
    this.#inFlight.set(id, { ...message, resend: true, id, released: false });
    return id;
  }

  remove(id: number): void {
    this.#inFlight?.delete(id);
    if (this.#inFlight?.size === 0) this.#inFlight = null;
  }

  /** The packet id of a SUBSCRIBE. */
  subscribing(): number {
    const id = this.#freeId();
    this.#subscribes ??= new Set();
    this.#subscribes.add(id);
    return id;
  }

  /** Whether such a SUBSCRIBE waited for its answer. */
  subscribed(id: number): boolean {
    const waited = this.#subscribes?.delete(id) === true;
    if (this.#subscribes?.size === 0) this.#subscribes = null;
    return waited;
  }

  /** The next packet id that neither an unfinished publish nor a SUBSCRIBE holds. */
  #freeId(): number {
    do this.#lastId = (this.#lastId % 0xffff) + 1;
    while (
      this.#inFlight?.has(this.#lastId) === true ||
      this.#subscribes?.has(this.#lastId) === true
    );
    return this.#lastId;
  }

  enqueue(message: Outbound): void {
    this.#queue ??= [];
    this.#queue.push(message);
  }

  /**
   * The next to be sent; the queue is short, since the caller's window is about as wide as ours.
   */
  peek(): Outbound | undefined {
    return this.#queue?.[0];
  }

  shift(): void {
    this.#queue?.shift();
    if (this.#queue?.length === 0) this.#queue = null;
  }

  /** False when the id is known: the message is a repetition. */
  receive(id: number): boolean {
    this.#inbound ??= new Set();
    if (this.#inbound.has(id)) return false;
    this.#inbound.add(id);
    return true;
  }

  release(id: number): void {
    this.#inbound?.delete(id);
    if (this.#inbound?.size === 0) this.#inbound = null;
  }

  unfinished(): InFlight[] {
    return this.#inFlight === null ? [] : [...this.#inFlight.values()];
  }

  /** The server has forgotten: what was in flight belongs to no session any more. */
  forget(): InFlight[] {
    const lost = this.unfinished();
    this.#inFlight = null;
    this.#inbound = null;
    return lost;
  }

  take(): SessionState {
    const state: SessionState = {
      lastId: this.#lastId,
      inFlight: this.unfinished(),
      queue: this.#queue ?? [],
      inbound: this.#inbound === null ? [] : [...this.#inbound],
    };
    this.#inFlight = null;
    this.#queue = null;
    this.#inbound = null;
    return state;
  }

  /** What was taken comes before what is new. */
  restore(state: SessionState): void {
    this.#lastId = state.lastId;
    if (state.inFlight.length > 0) {
      this.#inFlight = new Map(state.inFlight.map((message) => [message.id, { ...message }]));
    }
    const queue = [...state.queue, ...(this.#queue ?? [])];
    this.#queue = queue.length === 0 ? null : queue;
    this.#inbound = state.inbound.length === 0 ? null : new Set(state.inbound);
  }
}
