/**
 * Sends commands down, as a platform's operators would: one mqtt.js session per shard, QoS as
 * planned. A command has an identity like any other message; the device's answer carries the same
 * number.
 */
import { MqttClient, Store } from 'mqtt';
import type { DeviceModel } from '#devices';
import { assert, dueAt, hashBytes, type Plan, type StreamPlan, streamKey, unitAt } from '#kernel';
import type { Paced } from '../fleet/pacing.ts';
import type { ObserverPorts } from '../watch/observer.ts';

const RETRY_MS = 250;
/** Commands held while the commander is away from the target. */
const QUEUE_LIMIT = 10_000;

/** The commands to one device: the next has the number `n`. */
interface Schedule extends Paced {
  readonly device: number;
  dueAt(): number;
  n: number;
}

interface Waiting {
  send: () => void;
  device: number;
  n: number;
}

export class Commander {
  readonly #ports: ObserverPorts;
  readonly #models: ReadonlyMap<string, DeviceModel>;
  readonly #stream: StreamPlan;
  readonly #name: string;
  readonly #lanes: ReadonlySet<number>;
  readonly #end: number;
  /** Commands on their way outlive a connection only in stores of our own. */
  readonly #stores = {
    incomingStore: new Store({ clean: false }),
    outgoingStore: new Store({ clean: false }),
  };
  #client: MqttClient | null = null;
  #ended = false;
  #stopped = false;
  readonly #schedules: Schedule[] = [];
  /** Commands that wait for a connection. */
  #queue: Waiting[] = [];

  constructor(
    ports: ObserverPorts,
    stream: StreamPlan,
    models: ReadonlyMap<string, DeviceModel>,
    name: string,
    lanes: ReadonlySet<number>,
    end: number,
  ) {
    this.#ports = ports;
    this.#stream = stream;
    this.#models = models;
    this.#name = name;
    this.#lanes = lanes;
    this.#end = end;
  }

  get #qos(): 0 | 1 | 2 {
    return this.#stream.qos ?? 1;
  }

  start(): void {
    const { credentials, links } = this.#ports;
    const client = new MqttClient(() => links.direct(), {
      ...this.#stores,
      protocolVersion: 4,
      clientId: credentials.clientId(this.#name),
      username: credentials.userName(this.#name),
      password: credentials.password(this.#name),
      clean: false,
      keepalive: 30,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
      timerVariant: 'native',
      resubscribe: false,
      queueQoSZero: false,
    });
    this.#client = client;
    client.on('connect', () => {
      const waiting = this.#queue;
      this.#queue = [];
      for (const { send } of waiting) send();
    });
    client.on('error', () => {});
    client.on('close', () => {
      if (!this.#ended)
        this.#ports.clock.after(
          RETRY_MS,
          () => void (this.#ended || client.reconnect(this.#stores)),
        );
    });
    const { schedule: rounds } = this.#stream;
    assert(rounds.by === 'rounds', 'commands go out in rounds');
    for (const { device } of rounds.devices) {
      if (this.#lanes.has(this.#ports.plan.devices[device]?.lane ?? -1)) {
        const schedule = this.#scheduleOf(device);
        this.#schedules.push(schedule);
        this.#ports.wheel.add(schedule.dueAt(), schedule);
      }
    }
  }

  /** No new commands; what waits may still go. */
  stop(): void {
    this.#stopped = true;
  }

  /** Writes down the commands due before `untilMs` that were not sent. */
  account(untilMs: number): void {
    const until = Math.min(untilMs, this.#end);
    for (const schedule of this.#schedules) {
      const { device } = schedule;
      for (; schedule.dueAt() < until; schedule.n++) {
        const { n } = schedule;
        this.#ports.ledger.write('not-sent', {
          device,
          stream: this.#stream.code,
          n,
          why: 'run-ended',
        });
      }
    }
  }

  /** What never left is accounted for. */
  async end(): Promise<void> {
    this.#ended = true;
    for (const { device, n } of this.#queue) {
      this.#ports.ledger.write('not-sent', {
        device,
        stream: this.#stream.code,
        n,
        why: 'still-buffered',
      });
    }
    this.#queue = [];
    const client = this.#client;
    if (client === null) return;
    await new Promise<void>((resolve) => client.end(true, {}, () => resolve()));
  }

  #scheduleOf(device: number): Schedule {
    const { plan } = this.#ports;
    const schedule: Schedule = {
      device,
      n: 0,
      dueAt: () => dueAt(plan, this.#stream, device, schedule.n) ?? Infinity,
      fire: () => {
        const due = schedule.dueAt();
        if (this.#stopped || this.#ended || due >= this.#end) return Infinity;
        this.#command(device, schedule.n++, due);
        const next = schedule.dueAt();
        return next < this.#end ? next : Infinity;
      },
    };
    return schedule;
  }

  #command(index: number, n: number, intended: number): void {
    const { plan, dialect, ledger, tally } = this.#ports;
    const device = plan.devices[index];
    const entry = plan.entries[device?.entry ?? 0];
    const model = this.#models.get(entry?.model ?? '');
    if (device === undefined || model === undefined) return;
    const packet = dialect.encode({
      device: device.id,
      lane: device.lane,
      stream: this.#stream.name,
      n,
      epoch: 0,
      intended,
      qos: this.#qos,
      retain: false,
      values: orderFor(plan, model, device.id, n),
    });
    const hash = hashBytes(packet.payload);
    const send = (): void => {
      ledger.writeSent(intended, {
        device: index,
        stream: this.#stream.code,
        n,
        hash,
        flags: this.#qos,
      });
      tally.sent++;
      this.#client?.publish(
        packet.topic,
        Buffer.from(packet.payload),
        { qos: this.#qos },
        (error) => {
          if (error === undefined || error === null)
            ledger.write('acked', { device: index, stream: this.#stream.code, n });
        },
      );
    };
    tally.intended++;
    if (this.#client?.connected === true) send();
    else if (this.#queue.length < QUEUE_LIMIT) this.#queue.push({ send, device: index, n });
    else
      ledger.write('not-sent', {
        device: index,
        stream: this.#stream.code,
        n,
        why: 'buffer-overflow',
      });
  }
}

/** Which command, with which value: drawn from the seed, the device and the number alone. */
function orderFor(
  plan: Plan,
  model: DeviceModel,
  device: string,
  n: number,
): Record<string, unknown> {
  const names = Object.keys(model.commands);
  const key = streamKey(plan.seed, `device/${device}/command`);
  const name = names[Math.floor(unitAt(key, n * 2) * names.length)] ?? 'identify';
  const spec = model.commands[name];
  const value = spec === undefined ? 0 : spec.low + (spec.high - spec.low) * unitAt(key, n * 2 + 1);
  return { name, value: Math.round(value * 100) / 100 };
}
