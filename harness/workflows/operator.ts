/**
 * An operator at work: sends devices what a workflow says, by one session per shard, and writes
 * down what became of it. A message has an identity like any other.
 */
import { FLAG, hashBytes, type NotSentReason, type StreamPlan } from '#kernel';
import type { ObserverPorts } from '../watch/observer.ts';
import { MqttSession } from '../wire/mqtt-session.ts';

/** Messages held while the operator is away from the target. */
const QUEUE_LIMIT = 10_000;

export interface Order {
  device: number;
  n: number;
  /** Milliseconds of scenario time. */
  intended: number;
  values: Readonly<Record<string, unknown>>;
}

/** A message on its way to the session. */
interface Waiting {
  send: () => void;
  device: number;
  n: number;
}

export class Operator {
  readonly #ports: ObserverPorts;
  readonly #stream: StreamPlan;
  readonly #session: MqttSession;
  /** What waits for a connection. */
  #queue: Waiting[] = [];

  constructor(ports: ObserverPorts, session: string, stream: StreamPlan) {
    this.#ports = ports;
    this.#stream = stream;
    this.#session = new MqttSession(ports, session, {
      connected: () => {
        const waiting = this.#queue;
        this.#queue = [];
        for (const { send } of waiting) send();
      },
    });
  }

  send({ device, n, intended, values }: Order): void {
    const { plan, dialect, ledger, tally } = this.#ports;
    const row = plan.devices[device];
    if (row === undefined) return;
    const qos = this.#stream.qos ?? 0;
    const retain = this.#stream.retained;
    const packet = dialect.encode({
      device: row.id,
      lane: row.lane,
      stream: this.#stream.name,
      n,
      epoch: 0,
      intended,
      qos,
      retain,
      values,
    });
    const message = { device, stream: this.#stream.code, n };
    const hash = hashBytes(packet.payload);
    const send = (): void => {
      ledger.writeSent(intended, { ...message, hash, flags: qos | (retain ? FLAG.retain : 0) });
      tally.sent++;
      this.#session.publish(packet.topic, packet.payload, { qos, retain }, () =>
        ledger.write('acked', message),
      );
    };
    tally.intended++;
    if (this.#session.connected) send();
    else if (this.#queue.length < QUEUE_LIMIT) this.#queue.push({ send, device, n });
    else this.notSent(device, n, 'buffer-overflow');
  }

  notSent(device: number, n: number, why: NotSentReason): void {
    this.#ports.ledger.write('not-sent', { device, stream: this.#stream.code, n, why });
  }

  /** What never left is accounted for. */
  async end(): Promise<void> {
    for (const { device, n } of this.#queue) this.notSent(device, n, 'still-buffered');
    this.#queue = [];
    await this.#session.end();
  }
}
