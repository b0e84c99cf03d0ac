/**
 * One fresh subscriber that reads retained values, in the end or before. It publishes a retained
 * value of its own first, subscribes to that last, and clears it when it goes. Where the target
 * does not let it publish there, it reads without.
 */
import { MqttClient } from 'mqtt';
import { heldTo } from '#kernel';
import { hashOf } from '../dialects/message-hash.ts';
import { type Arrival, arrivalsOf, writeGarbled } from '../fleet/arrivals.ts';
import { loginOf } from '../wire/login.ts';
import { subscribeRefusal } from '../wire/subscribe-refusal.ts';
import type { ObserverPorts } from './observer.ts';

/** Of one SUBSCRIBE: some brokers take packets of 8 KiB at most. */
const SUBSCRIBE_BYTES = 4096;
const OWN_ACKED_MS = 5000;
const CLEARED_MS = 2000;

type Heard = (device: number, stream: number) => void;

/** Who reads, and as what it writes down what it was given. */
export type Reader = 'reader' | 'looker';
const AS = { reader: 'retained', looker: 'glimpsed' } as const;

/** What one session reads, and for whom. */
export interface Reading {
  by: Reader;
  name: string;
  filters: readonly string[];
}

export class RetainedSession {
  readonly #ports: ObserverPorts;
  readonly #reading: Reading;
  readonly #hear: Heard;
  readonly #own: string;
  /** Unmarked values by topic: the last one counts, since what is live cannot be told from them. */
  readonly #unmarked: Map<string, Uint8Array> | null;
  #client: MqttClient | null = null;
  #granted = false;
  #published = false;
  #closed = false;
  #trouble = '';
  /** Its own value came back. */
  hasOwn = false;

  constructor(ports: ObserverPorts, reading: Reading, hear: Heard) {
    this.#ports = ports;
    this.#reading = reading;
    this.#hear = hear;
    this.#own = `tw/${ports.run}/${reading.name}`;
    this.#unmarked = heldTo(ports.plan).retained === 'unflagged' ? new Map() : null;
  }

  /** Subscribed, and connected since. */
  get isUp(): boolean {
    return this.#granted && this.#client?.connected === true;
  }

  /** Why it is not up, in the words of whoever keeps it out. */
  get trouble(): string {
    return this.#trouble === '' ? 'it closes the connection' : this.#trouble;
  }

  get awaitsOwn(): boolean {
    return this.#published && !this.hasOwn;
  }

  async open(): Promise<void> {
    if (!(await this.#connect()) || this.#closed) return;
    this.#published = await this.#publishOwn('here', OWN_ACKED_MS);
    // A target may close the connection of who publishes where it may not.
    if (this.#closed || (this.#client?.connected !== true && !(await this.#connect()))) return;
    this.#granted = await this.#subscribe();
  }

  /** What came unmarked is written when no later one can come any more. */
  tellLast(): void {
    for (const [topic, payload] of this.#unmarked ?? []) this.#write(topic, payload, 0);
  }

  /** Also while it is still opening: then that comes to nothing. */
  async close(): Promise<void> {
    this.#closed = true;
    const client = this.#client;
    if (client === null) return;
    if (this.#published && client.connected) await this.#publishOwn('', CLEARED_MS);
    await new Promise<void>((resolve) => client.end(true, {}, () => resolve()));
  }

  #connect(): Promise<boolean> {
    const { credentials, links } = this.#ports;
    const client = new MqttClient(() => links.witness(), {
      protocolVersion: 4,
      ...loginOf(credentials, this.#reading.name),
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: 5000,
      timerVariant: 'native',
    });
    this.#client = client;
    this.#trouble = '';
    client.on('message', (topic, payload, { retain, qos }) => {
      if (topic === this.#own) this.hasOwn = true;
      else this.#got(topic, payload, retain, qos);
    });
    client.on('error', ({ message }) => {
      this.#trouble = message;
    });
    return new Promise((resolve) => {
      client.on('close', () => resolve(false));
      client.on('connect', () => resolve(true));
    });
  }

  /** Whether it was acknowledged; without an answer for so long it is taken for a no. */
  #publishOwn(payload: string, withinMs: number): Promise<boolean> {
    const client = this.#client;
    return new Promise((resolve) => {
      const cancel = this.#ports.clock.after(withinMs, () => resolve(false));
      const end = (isAcked: boolean): void => {
        cancel();
        resolve(isAcked);
      };
      client?.once('close', () => end(false));
      client?.publish(this.#own, payload, { qos: this.#qos, retain: true }, (error) => end(!error));
    });
  }

  async #subscribe(): Promise<boolean> {
    // Ours comes last: what is handed over in the order of subscriptions has come before it.
    for (const filters of inPackets([...this.#reading.filters, this.#own])) {
      if (!(await this.#subscribeTo(filters))) return false;
    }
    return true;
  }

  #subscribeTo(filters: string[]): Promise<boolean> {
    const client = this.#client;
    return new Promise((resolve) => {
      client?.once('close', () => resolve(false));
      client?.subscribe(filters, { qos: this.#qos }, (error) => {
        if (error) this.#trouble = subscribeRefusal(filters, error) ?? this.#trouble;
        resolve(!error);
      });
    });
  }

  get #qos(): 0 | 1 {
    return heldTo(this.#ports.plan).maxQos === 0 ? 0 : 1;
  }

  #got(topic: string, payload: Uint8Array, retain: boolean, qos: number): void {
    if (!retain && this.#unmarked === null) return;
    if (this.#unmarked === null) return this.#write(topic, payload, qos);
    this.#unmarked.set(topic, payload);
    for (const arrival of this.#arrivals(topic, payload)) {
      this.#hear(arrival.device, arrival.stream.code);
    }
  }

  #write(topic: string, payload: Uint8Array, qos: number): void {
    const { ledger } = this.#ports;
    const { by } = this.#reading;
    for (const arrival of this.#arrivals(topic, payload)) {
      const { device, stream, sighting } = arrival;
      this.#hear(device, stream.code);
      if (sighting === null) {
        writeGarbled(ledger, by, arrival, payload, qos);
        continue;
      }
      const { n } = sighting;
      const hash = hashOf(this.#ports.dialect, topic, payload);
      ledger.write(AS[by], { device, stream: stream.code, n, hash });
    }
  }

  #arrivals(topic: string, payload: Uint8Array): Arrival[] {
    return arrivalsOf(this.#ports, topic, payload).filter((arrival) => arrival !== null);
  }
}

function inPackets(filters: readonly string[]): string[][] {
  const packets: string[][] = [];
  let room = 0;
  for (const filter of filters) {
    const bytes = Buffer.byteLength(filter) + 3;
    if (packets.length === 0 || bytes > room) {
      packets.push([]);
      room = SUBSCRIBE_BYTES;
    }
    packets.at(-1)?.push(filter);
    room -= bytes;
  }
  return packets;
}
