/**
 * Watches the target from outside every fault: one session per group of lanes, at the highest QoS,
 * so that a blind device client cannot hide a loss. What goes down comes by as well: an invented
 * command is seen here alone where its device is away. Its gaps are written down.
 */
import { type Clock, FLAG, isOfLoad, type Plan, type StreamPlan, streamOf } from '#kernel';
import type { Dialect } from '../dialects/dialect.ts';
import { hashOf } from '../dialects/message-hash.ts';
import { type Arrival, arrivalsOf, contradictsItself, writeGarbled } from '../fleet/arrivals.ts';
import type { Wheel } from '../fleet/pacing.ts';
import type { Tally } from '../fleet/tally.ts';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import { correlationOf } from '../wire/light-client-mqtt5.ts';
import type { Credentials, Links } from '../wire/links.ts';
import { MqttSession } from '../wire/mqtt-session.ts';

export interface ObserverPorts {
  plan: Plan;
  /** The run's own name, as it stands in topics. */
  run: string;
  wheel: Wheel;
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

/** Who else is shown what goes up, once it is written down. */
export type ObserverSeen = (message: {
  device: number;
  stream: StreamPlan;
  n: number;
  values(): Readonly<Record<string, unknown>>;
}) => void;

/** One of those that a packet holds, and which. */
interface Observed {
  arrival: Arrival | null;
  at: number;
  topic: string;
  payload: Uint8Array;
}

export class Observer {
  readonly #ports: ObserverPorts;
  readonly #seen: ObserverSeen | null;
  readonly #lanes: readonly number[];
  readonly #mine: ReadonlySet<number>;
  readonly name: string;
  #session: MqttSession | null = null;
  #up = false;
  /** Let in by the present connection, which may bring what waits before it has subscribed. */
  #isIn = false;
  /** Whether a connection since the last time up began without the session, granted or not. */
  #isNew = false;
  #ready: (() => void) | null = null;
  /** Why it was not let in, or was thrown out again, the last time. */
  trouble = 'it does not answer';
  /** Fulfilled once the first subscription is granted. */
  readonly ready: Promise<void>;

  constructor(
    ports: ObserverPorts,
    name: string,
    lanes: readonly number[],
    seen: ObserverSeen | null = null,
  ) {
    this.#ports = ports;
    this.#seen = seen;
    this.name = name;
    this.#lanes = lanes;
    this.#mine = new Set(lanes);
    this.ready = new Promise((resolve) => {
      this.#ready = resolve;
    });
  }

  start(): void {
    const { plan, links, credentials, clock } = this.#ports;
    const ports = { plan, links: { direct: () => links.witness() }, credentials, clock };
    this.#session = new MqttSession(ports, this.name, {
      connected: (session, sessionPresent) => this.#connected(session, sessionPresent),
      message: (topic, payload, { dup, qos, retain, properties }) => {
        const flags = (retain ? FLAG.retain : 0) | (dup ? FLAG.dup : 0) | qos;
        const parcels = this.#ports.dialect.parcels?.unpack(topic, payload);
        for (const one of parcels ?? [{ topic, payload }]) {
          if (this.#framed(one.topic, one.payload, retain)) continue;
          arrivalsOf(this.#ports, one.topic, one.payload).forEach((arrival, at) => {
            this.#observed({ arrival, at, ...one }, flags);
            this.#replied(arrival, flags, properties?.correlationData);
          });
        }
      },
      closed: (why) => {
        this.trouble = why === '' ? 'it closes the connection' : why;
        this.#down('closed');
      },
    });
  }

  get up(): boolean {
    return this.#up;
  }

  /** Ends the session for good and leaves nothing of it on the target. */
  async end(): Promise<void> {
    this.#down('planned');
    await this.#session?.end();
  }

  #connected(session: MqttSession, sessionPresent: boolean): void {
    const { dialect, plan } = this.#ports;
    this.#isIn = true;
    if (!sessionPresent) this.#isNew = true;
    session.subscribe(dialect.subscriptions(this.#lanes), plan.observers.qos, () => {
      this.#up = true;
      this.#note(true, this.#isNew ? 'new-session' : 'session-present');
      this.#isNew = false;
      this.#ready?.();
    });
  }

  #down(why: string): void {
    if (!this.#isIn) return;
    this.#isIn = false;
    this.#up = false;
    this.#note(false, why);
  }

  /** Writes down what it says of the session that brought it; true where that is all it says. */
  #framed(topic: string, payload: Uint8Array, isKept: boolean): boolean {
    const { dialect, ledger, plan, roster } = this.#ports;
    const frame = isKept ? null : (dialect.frame?.(topic, payload) ?? null);
    const device = roster.get(frame?.device ?? '');
    if (frame === null || device === undefined) return false;
    if (!this.#mine.has(plan.devices[device]?.lane ?? -1)) return true;
    const about = roster.get(frame.about ?? '') ?? -1;
    ledger.write(frame.op, { ...frame.fields, device, about });
    return dialect.decode(topic, payload).length === 0;
  }

  #observed({ arrival, at, topic, payload }: Observed, flags: number): void {
    const { dialect, ledger, plan, tally } = this.#ports;
    const isMine = arrival !== null && this.#mine.has(plan.devices[arrival.device]?.lane ?? -1);
    // Where topics tell no lane, every observer sees the whole fleet and keeps to its own part.
    if (arrival !== null && !isMine && dialect.fansIn) return;
    const hash = hashOf(dialect, topic, payload);
    if (arrival === null && dialect.twins?.isTalk(topic, payload) === true) return;
    if (arrival === null || !isMine) {
      ledger.write('foreign', { topic, hash });
      return;
    }
    const { device, stream, sighting } = arrival;
    if (sighting === null || contradictsItself(plan, arrival)) {
      writeGarbled(ledger, 'observer', arrival, payload, flags);
      return;
    }
    const { n, epoch } = sighting;
    ledger.write('observed', { device, stream: stream.code, n, epoch, hash, flags });
    // What is handed over as retained at a new subscription is no second delivery, and what goes
    // down comes by on its way: that it arrived is its device's to tell.
    if ((flags & FLAG.retain) !== 0 || stream.way === 'down') return;
    // The counts are of the fleet: of others nobody counts here what they sent.
    if (isOfLoad(plan, device)) return;
    tally.noteObserved(device, stream.code, n, this.#ports.now() - sighting.intended);
    this.#seen?.({ device, stream, n, values: () => dialect.values(payload)[at] ?? {} });
  }

  /** An answer to what asked for it in MQTT 5 repeats what that said. */
  #replied(arrival: Arrival | null, flags: number, data: Uint8Array = new Uint8Array()): void {
    if (arrival === null || arrival.sighting === null || (flags & FLAG.retain) !== 0) return;
    const { device, stream, sighting } = arrival;
    const { ledger, plan } = this.#ports;
    if (stream.schedule.by !== 'reply' || !this.#mine.has(plan.devices[device]?.lane ?? -1)) return;
    if (streamOf(plan, stream.schedule.to)?.asksReply !== true) return;
    const repeats = Buffer.compare(data, correlationOf(sighting.n)) === 0;
    ledger.write('replied', { device, stream: stream.code, n: sighting.n, repeats });
  }

  #note(up: boolean, why: string): void {
    const [first = 0] = this.#lanes;
    this.#ports.ledger.write('observer', { up, first, lanes: this.#lanes.length, why });
  }
}
