/**
 * Watches the target from outside every fault: one mqtt.js session per group of lanes, at the
 * highest QoS, so that a blind device client cannot hide a loss. mqtt.js and not our light client,
 * since one bug common to sender and witness would be invisible. It reconnects on its own, with its
 * session, and its gaps are written down.
 */
import { MqttClient, Store } from 'mqtt';
import { type Clock, FLAG, hashBytes, type Plan } from '#kernel';
import type { Dialect } from '../dialects/dialect.ts';
import { arrivalOf, contradictsItself, writeGarbled } from '../fleet/arrivals.ts';
import type { PacingWheel } from '../fleet/pacing.ts';
import type { Tally } from '../fleet/tally.ts';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { Credentials, Links } from '../wire/links.ts';

const RETRY_MS = 250;

export interface ObserverPorts {
  plan: Plan;
  wheel: PacingWheel;
  ledger: LedgerWriter;
  tally: Tally;
  links: Links;
  credentials: Credentials;
  dialect: Dialect;
  /** For what happens before the run's time runs; the wheel stands still until then. */
  clock: Clock;
  now(): number;
  /** Index of a device by id. */
  roster: ReadonlyMap<string, number>;
}

export class Observer {
  readonly #ports: ObserverPorts;
  /**
   * The session's state outlives a connection. Without stores of its own mqtt.js forgets it at a
   * reconnect, and a QoS 2 message between PUBREC and PUBREL would never be shown to us.
   */
  readonly #stores = {
    incomingStore: new Store({ clean: false }),
    outgoingStore: new Store({ clean: false }),
  };
  readonly #lanes: readonly number[];
  readonly #mine: ReadonlySet<number>;
  readonly name: string;
  #client: MqttClient | null = null;
  #up = false;
  #ended = false;
  #ready: (() => void) | null = null;
  /** Fulfilled once the first subscription is granted. */
  readonly ready: Promise<void>;

  constructor(ports: ObserverPorts, name: string, lanes: readonly number[]) {
    this.#ports = ports;
    this.name = name;
    this.#lanes = lanes;
    this.#mine = new Set(lanes);
    this.ready = new Promise((resolve) => {
      this.#ready = resolve;
    });
  }

  start(): void {
    const { credentials, links, plan } = this.#ports;
    const client = new MqttClient(() => links.direct(), {
      ...this.#stores,
      protocolVersion: 4,
      clientId: credentials.clientId(this.name),
      username: credentials.userName(this.name),
      password: credentials.password(this.name),
      clean: false,
      keepalive: 30,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
      timerVariant: 'native',
      resubscribe: false,
      queueQoSZero: false,
    });
    this.#client = client;
    client.on('connect', (packet) => this.#connected(client, packet.sessionPresent, plan));
    client.on('message', (topic, payload, packet) => {
      const flags = (packet.retain ? FLAG.retain : 0) | (packet.dup ? FLAG.dup : 0) | packet.qos;
      this.#observed(topic, payload, flags);
    });
    client.on('error', () => {});
    client.on('close', () => this.#closed(client));
  }

  get up(): boolean {
    return this.#up;
  }

  /** Ends the session for good and leaves nothing of it on the target. */
  async end(): Promise<void> {
    this.#ended = true;
    const client = this.#client;
    if (client === null) return;
    if (this.#up) {
      this.#up = false;
      this.#note(false, 'planned');
    }
    await new Promise<void>((resolve) => client.end(true, {}, () => resolve()));
  }

  #connected(client: MqttClient, sessionPresent: boolean, plan: Plan): void {
    const filters = this.#ports.dialect.subscriptions(this.#lanes);
    client.subscribe(filters, { qos: plan.observers.qos }, (error) => {
      if (error !== null && error !== undefined) {
        client.stream.destroy();
        return;
      }
      this.#up = true;
      this.#note(true, sessionPresent ? 'session-present' : 'new-session');
      this.#ready?.();
    });
  }

  #closed(client: MqttClient): void {
    if (this.#up) {
      this.#up = false;
      this.#note(false, 'closed');
    }
    if (this.#ended) return;
    this.#ports.clock.after(RETRY_MS, () => {
      if (!this.#ended) client.reconnect(this.#stores);
    });
  }

  #observed(topic: string, payload: Uint8Array, flags: number): void {
    const { dialect, ledger, plan, tally } = this.#ports;
    const arrival = arrivalOf(this.#ports, topic, payload);
    const isMine = arrival !== null && this.#mine.has(plan.devices[arrival.device]?.lane ?? -1);
    // Where topics tell no lane, every observer sees the whole fleet and keeps to its own part.
    if (arrival !== null && !isMine && dialect.fansIn) return;
    const hash = hashBytes(payload);
    if (arrival === null || !isMine) {
      ledger.write('foreign', { topic, hash });
      return;
    }
    const { device, stream, sighting } = arrival;
    // What goes down comes by as well: its receipt is the device's to tell.
    if (stream.way === 'down') return;
    if (sighting === null || contradictsItself(plan, arrival)) {
      writeGarbled(ledger, 'observer', arrival, payload, flags);
      return;
    }
    const { n, epoch } = sighting;
    ledger.write('observed', { device, stream: stream.code, n, epoch, hash, flags });
    // What is handed over as retained at a new subscription is no second delivery.
    if ((flags & FLAG.retain) !== 0) return;
    tally.noteObserved(device, stream.code, n, this.#ports.now() - sighting.intended);
  }

  #note(up: boolean, why: string): void {
    const [first = 0] = this.#lanes;
    this.#ports.ledger.write('observer', { up, first, lanes: this.#lanes.length, why });
  }
}
