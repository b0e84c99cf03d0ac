/**
 * An operator at work: sends devices what a workflow says, by one session per shard, and writes
 * down what became of it. A message has an identity like any other. No more are on the wire at one
 * time than the target holds of one session; the rest waits here.
 */
import { type DevicePlan, FLAG, type NotSentReason, type Qos, type StreamPlan } from '#kernel';
import { hashOf } from '../dialects/message-hash.ts';
import type { ObserverPorts } from '../watch/observer.ts';
import { correlationOf, type Reply } from '../wire/light-client-mqtt5.ts';
import { MqttSession } from '../wire/mqtt-session.ts';
import type { SentAgain } from '../wire/publishes-under-way.ts';

/** Messages held while the operator is away from the target, or the target slower than it. */
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
  qos: Qos;
}

export class Operator {
  readonly #ports: ObserverPorts;
  readonly #stream: StreamPlan;
  readonly #session: MqttSession;
  readonly #window: number;
  /** What waits for a connection, or for room in the window. */
  #queue: Waiting[] = [];
  /** On the wire without an answer. */
  #unanswered = 0;

  constructor(ports: ObserverPorts, session: string, stream: StreamPlan) {
    this.#ports = ports;
    this.#stream = stream;
    // Not that of a device: one session speaks for the whole shard.
    this.#window = ports.plan.target.guarantees.inflightLimit;
    this.#session = new MqttSession(ports, session, { connected: () => this.#pump() });
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
      by: 'operator',
    });
    const { expiryS, asksReply } = this.#stream;
    const how = { qos, retain, expiryS, reply: asksReply ? this.#replyTo(row, n) : undefined };
    const message = { device, stream: this.#stream.code, n };
    const hash = hashOf(dialect, packet.topic, packet.payload);
    const flags = qos | (retain ? FLAG.retain : 0);
    const wired = (flag: number): void => {
      ledger.writeSent(intended, { ...message, hash, flags: flags | flag });
      tally.sent++;
    };
    const answered = (trouble: string | null): void => {
      if (trouble === null) ledger.write('acked', message);
      else ledger.write('abandoned', { ...message, why: trouble });
      if (qos === 0) return;
      this.#unanswered--;
      this.#pump();
    };
    const refused = (why: string): void => {
      ledger.write('refused', { ...message, why });
      if (qos === 0) return;
      this.#unanswered--;
      this.#pump();
    };
    const sentAgain = (how: SentAgain): void => wired(how === 'resent' ? FLAG.resend : 0);
    const send = (): void => {
      wired(0);
      if (qos > 0) this.#unanswered++;
      this.#session.publish(packet.topic, packet.payload, how, { sentAgain, answered, refused });
    };
    tally.intended++;
    if (this.#queue.length < QUEUE_LIMIT) this.#queue.push({ send, device, n, qos });
    else this.notSent(device, n, 'buffer-overflow');
    this.#pump();
  }

  /** Where the answer shall go in MQTT 5, and the number that it shall repeat. */
  #replyTo({ id, lane }: DevicePlan, n: number): Reply {
    const { plan, dialect } = this.#ports;
    const { code } = this.#stream;
    const answer = plan.streams.find(({ schedule: one }) => one.by === 'reply' && one.to === code);
    const topic = dialect.topicOf({ lane, device: id, stream: answer?.name ?? '' });
    return { topic, correlation: correlationOf(n) };
  }

  #pump(): void {
    while (this.#session.connected) {
      const [next] = this.#queue;
      if (next === undefined || (next.qos > 0 && this.#unanswered >= this.#window)) return;
      this.#queue.shift();
      next.send();
    }
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
