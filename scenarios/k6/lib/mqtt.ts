/**
 * MQTT for scripts: the same script on a k6 with the module `k6/x/mqtt` and on a stock one, where
 * it goes in WebSocket. Every message is an attempt with a number of its own, in the envelope and
 * on the topic of the platform, so that the run judges it like any device's.
 */
import { Trend } from 'k6/metrics';
import { clearTimeout, setTimeout } from 'k6/timers';
import { hashBytes, utf8 } from './bytes.ts';
import type { Connection, Login, Road } from './road.ts';
import { every, isOn, me, now, pause, qos, road, tell } from './user.ts';
import { wsRoad } from './ws-road.ts';
import { xRoad } from './x-road.ts';

/** The name is put together, so that k6 does not look for a module that it may not have. */
const open: Road =
  road() === 'x'
    ? (login, listener) => xRoad(require(['k6', 'x', 'mqtt'].join('/')), login, listener)
    : wsRoad;

/** From an attempt to its acknowledgement. */
const ackTime = new Trend('twinstorm_ack', true);

const KEEP_ALIVE_S = 10;
const ACK_MS = 15_000;
const IDS = 0x7fff;
const BACKOFF_MS = [500, 1000, 2000];

/** Of this user, over all of its connections. */
let attempts = 0;
let connects = 0;
let failures = 0;

export interface Client {
  readonly isOnline: boolean;
  /**
   * One attempt. True once it is acknowledged, or sent at QoS 0; false where nobody knows what
   * became of it.
   */
  send(values: Readonly<Record<string, unknown>>): Promise<boolean>;
  subscribe(filters: readonly string[], hear: (topic: string, payload: Uint8Array) => void): void;
}

/**
 * One connection of this user, from its beginning to its end: `during` acts while it stands. After
 * one that came to nothing it waits a little, and k6 begins the next turn.
 */
export async function connected(during: (client: Client) => Promise<void>): Promise<void> {
  if (!isOn()) return pause(200);
  if (connects === 0) tell('boot');
  const session = new Session(me());
  const isUp = await session.ready;
  if (!isUp) {
    const wait = BACKOFF_MS[Math.min(failures++, BACKOFF_MS.length - 1)] ?? 0;
    return pause(wait);
  }
  failures = 0;
  try {
    await during(session);
  } finally {
    await session.end();
  }
}

/** Sends what `values` makes for each attempt, in the scenario's interval, until it is over. */
export async function sendAll(
  client: Client,
  values: (n: number) => Readonly<Record<string, unknown>>,
): Promise<void> {
  await pause(Math.random() * every());
  while (isOn() && client.isOnline) {
    const began = Date.now();
    await client.send(values(attempts));
    await pause(every() - (Date.now() - began));
  }
}

interface Waiting {
  n: number;
  since: number;
  done(isAcked: boolean): void;
}

class Session implements Client {
  readonly ready: Promise<boolean>;
  readonly #topic: string;
  readonly #connection: Connection;
  readonly #waiting = new Map<number, Waiting>();
  #hear: (topic: string, payload: Uint8Array) => void = () => {};
  #isUp = false;
  #isOver = false;

  constructor({ topic, ...login }: Omit<Login, 'keepAliveS'> & { topic: string }) {
    this.#topic = `${topic}k6`;
    tell('connect', { attempt: failures });
    connects++;
    let settle: (isUp: boolean) => void = () => {};
    this.ready = new Promise((resolve) => {
      settle = resolve;
    });
    this.#connection = open(
      { ...login, keepAliveS: KEEP_ALIVE_S },
      {
        online: (present) => {
          this.#isUp = true;
          tell('online', { present: present ? 1 : 0 });
          settle(true);
        },
        closed: (why) => {
          this.#closed(why);
          settle(false);
        },
        acked: (id) => this.#acked(id),
        got: (topic, payload) => this.#hear(topic, payload),
      },
    );
  }

  get isOnline(): boolean {
    return this.#isUp && !this.#isOver;
  }

  send(values: Readonly<Record<string, unknown>>): Promise<boolean> {
    if (!this.isOnline) return Promise.resolve(false);
    const n = attempts++;
    const text = `{"n":${n},"e":0,"t":${Math.round(now())},"v":${JSON.stringify(values)}}`;
    const payload = utf8(text);
    const id = (n % IDS) + 1;
    // Told first: whoever sees the message must not have seen it before it was sent.
    tell('sent', { n, hash: hashBytes(payload), qos: qos() });
    if (qos() === 0) {
      this.#connection.publish(this.#topic, payload, 0, id);
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const late = setTimeout(() => this.#connection.end(), ACK_MS);
      const done = (isAcked: boolean): void => {
        clearTimeout(late);
        resolve(isAcked);
      };
      this.#waiting.set(id, { n, since: Date.now(), done });
      this.#connection.publish(this.#topic, payload, 1, id);
    });
  }

  subscribe(filters: readonly string[], hear: (topic: string, payload: Uint8Array) => void): void {
    this.#hear = hear;
    if (this.isOnline) this.#connection.subscribe(filters, qos());
  }

  /** What is still under way has a moment to come to its end. */
  async end(): Promise<void> {
    for (let left = 10; left > 0 && this.isOnline && this.#waiting.size > 0; left--)
      await pause(100);
    if (this.isOnline) this.#connection.end();
  }

  #acked(id: number): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    tell('acked', { n: waiting.n });
    ackTime.add(Date.now() - waiting.since);
    waiting.done(true);
  }

  #closed(why: string): void {
    this.#isOver = true;
    tell(this.#isUp ? 'offline' : 'connect-failed', { why: why.slice(0, 100) });
    // It is not sent again: nobody knows whether it has arrived.
    for (const { n, done } of this.#waiting.values()) {
      tell('abandoned', { n, why: 'session-lost' });
      done(false);
    }
    this.#waiting.clear();
  }
}
