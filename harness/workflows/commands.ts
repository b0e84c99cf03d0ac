/**
 * Sends commands down, as a platform's operators would: one session per shard, in rounds over the
 * devices that the seed picks. A command has an identity like any other message; the device's
 * answer carries the same number.
 */
import type { DeviceModel } from '#devices';
import {
  dueAt,
  hashBytes,
  hashText,
  isSelected,
  movedNote,
  onGrid,
  type Paced,
  type Plan,
  phaseOf,
  type StreamPlan,
  streamKey,
  streamNamed,
  unitAt,
} from '#kernel';
import { MqttSession } from '../wire/mqtt-session.ts';
import { defineWorkflow, type Workflow, type WorkflowPorts } from './workflow.ts';

/** Commands held while the commander is away from the target. */
const QUEUE_LIMIT = 10_000;

export default defineWorkflow({
  kind: 'commands',
  summary: 'sends each device of a share a command now and then',
  params: {
    every: { kind: 'duration', about: 'Between two commands to the same device.', min: '1ms' },
    to: { kind: 'share', about: 'Which part of the fleet is commanded.', default: '100%' },
    qos: { kind: 'integer', about: 'QoS of a command.', default: 1, min: 0, max: 2 },
  },
  parts: ['commands'],
  session: 'commander',
  resolve: (params, { seed, quantumMs, phases, devices }) => {
    const everyMs = onGrid(Number(params.every), quantumMs);
    const offsetOf = (id: string): number =>
      Math.round((hashText(`${seed}/command/${id}`) / 4294967296) * (everyMs / quantumMs)) *
      quantumMs;
    const rounds = devices.flatMap(({ id }, device) =>
      isSelected(seed, id, 'commands', Number(params.to))
        ? [{ device, offsetMs: offsetOf(id) }]
        : [],
    );
    const firstAt = phaseOf(phases, 'steady').from;
    const schedule = { by: 'rounds', firstAt, everyMs, devices: rounds } as const;
    const qos = Number(params.qos) as 0 | 1 | 2;
    return {
      resolved: null,
      streams: [{ name: 'command', way: 'down', schedule, qos }],
      notes: movedNote('commands: every', Number(params.every), quantumMs),
    };
  },
  start: (ports) => new Commander(ports),
});

/** A command on its way to the session. */
interface Waiting {
  send: () => void;
  device: number;
  n: number;
}

class Commander implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #stream: StreamPlan;
  readonly #session: MqttSession;
  readonly #rounds: Round[] = [];
  #over = false;
  /** Commands that wait for a connection. */
  #queue: Waiting[] = [];

  constructor(ports: WorkflowPorts) {
    this.#ports = ports;
    this.#stream = streamNamed(ports.plan, 'command') as StreamPlan;
    this.#session = new MqttSession(ports, ports.session, {
      connected: () => {
        const waiting = this.#queue;
        this.#queue = [];
        for (const { send } of waiting) send();
      },
    });
    const { schedule } = this.#stream;
    for (const { device } of schedule.by === 'rounds' ? schedule.devices : []) {
      if (!ports.lanes.has(ports.plan.devices[device]?.lane ?? -1)) continue;
      const round = new Round(this, device);
      this.#rounds.push(round);
      ports.wheel.add(this.dueAt(device, 0), round);
    }
  }

  /** No new commands; what waits may still go. */
  stop(): void {
    this.#over = true;
  }

  /** Writes down the commands due before `untilMs` that were not sent. */
  account(untilMs: number): void {
    const until = Math.min(untilMs, this.#ports.endMs);
    for (const round of this.#rounds) {
      for (; this.dueAt(round.device, round.n) < until; round.n++) {
        this.#notSent(round.device, round.n, 'run-ended');
      }
    }
  }

  /** What never left is accounted for. */
  async end(): Promise<void> {
    this.#over = true;
    for (const { device, n } of this.#queue) this.#notSent(device, n, 'still-buffered');
    this.#queue = [];
    await this.#session.end();
  }

  get isOver(): boolean {
    return this.#over;
  }

  get endMs(): number {
    return this.#ports.endMs;
  }

  dueAt(device: number, n: number): number {
    return dueAt(this.#ports.plan, this.#stream, device, n) ?? Number.POSITIVE_INFINITY;
  }

  command(device: number, n: number, intended: number): void {
    const { plan, dialect, ledger, models, tally } = this.#ports;
    const row = plan.devices[device];
    const model = models.get(plan.entries[row?.entry ?? 0]?.model ?? '');
    if (row === undefined || model === undefined) return;
    const qos = this.#stream.qos ?? 1;
    const packet = dialect.encode({
      device: row.id,
      lane: row.lane,
      stream: this.#stream.name,
      n,
      epoch: 0,
      intended,
      qos,
      retain: false,
      values: orderFor(plan, model, row.id, n),
    });
    const message = { device, stream: this.#stream.code, n };
    const hash = hashBytes(packet.payload);
    const send = (): void => {
      ledger.writeSent(intended, { ...message, hash, flags: qos });
      tally.sent++;
      this.#session.publish(packet.topic, packet.payload, qos, () =>
        ledger.write('acked', message),
      );
    };
    tally.intended++;
    if (this.#session.connected) send();
    else if (this.#queue.length < QUEUE_LIMIT) this.#queue.push({ send, device, n });
    else this.#notSent(device, n, 'buffer-overflow');
  }

  #notSent(device: number, n: number, why: string): void {
    this.#ports.ledger.write('not-sent', { device, stream: this.#stream.code, n, why });
  }
}

/** The commands to one device: the next has the number `n`. */
class Round implements Paced {
  readonly #commander: Commander;
  readonly device: number;
  n = 0;

  constructor(commander: Commander, device: number) {
    this.#commander = commander;
    this.device = device;
  }

  fire(): number {
    const due = this.#commander.dueAt(this.device, this.n);
    const { isOver, endMs } = this.#commander;
    if (isOver || due >= endMs) return Number.POSITIVE_INFINITY;
    this.#commander.command(this.device, this.n++, due);
    const next = this.#commander.dueAt(this.device, this.n);
    return next < endMs ? next : Number.POSITIVE_INFINITY;
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
  if (spec === undefined || !('low' in spec)) return { name, value: spec === undefined ? 0 : {} };
  const value = spec.low + (spec.high - spec.low) * unitAt(key, n * 2 + 1);
  return { name, value: Math.round(value * 100) / 100 };
}
