/**
 * A device on a workbench, to try parts on: a wheel that is turned by hand, a body of some model,
 * and a list of everything the part did. Nothing of it is sent anywhere. It refuses what the fleet
 * refuses, by the same guards, and beside that what only shows where there is one device.
 */
import {
  type Cancel,
  crc32,
  type DevicePlan,
  dueTime,
  type EntryPlan,
  formatDuration,
  inNameOf,
  layOps,
  layoutFor,
  layStreams,
  Misuse,
  namedStream,
  nextTime,
  type OpTable,
  opTable,
  type Paced,
  type Plan,
  type Seals,
  type StreamPlan,
  type StreamSpec,
  streamNamed,
  streamOf,
  synchronous,
} from '#kernel';
import { broughtOps, broughtStreams } from '../besides.ts';
import { Body } from '../body.ts';
import type { Channel, ChannelEvents } from '../channel.ts';
import type { DeviceModel } from '../device.ts';
import { drawParams } from '../draw.ts';
import { EventNumbers } from '../event-numbers.ts';
import type { FieldBuses, FieldBusKind } from '../field-bus.ts';
import type { Inbound, Part, PartDevice, PartKind, PartMessage } from '../part.ts';
import { mustArm, mustHold, mustOpen, mustSend, mustSkip, mustWrite } from '../part-guards.ts';
import { factoryOf, type OfferedSetting, setBy, settingsAt } from '../settings.ts';
import { BenchFreight } from './bench-freight.ts';
import { BenchWheel, QUANTUM_MS } from './bench-wheel.ts';

export const SAMPLING_END = 60_000;

const ENTRY: EntryPlan = {
  id: 'bench',
  model: 'bench',
  everyMs: 1000,
  qos: 1,
  session: 'persistent',
  keepAliveS: 10,
  will: true,
  retainStatus: true,
  health: 'real',
  network: null,
  buffer: { limit: 10, drop: 'oldest' },
  backoff: { baseMs: 500, capMs: 5000, jitter: 'full' },
  sleep: { everyMs: 5000, awakeMs: 1000 },
  parts: [],
  streams: [],
  paramNames: [],
};

/** Of a kind of its own, so that a part is tried the same whatever models there are. */
export const BENCH_MODEL: DeviceModel = {
  kind: 'bench',
  summary: 'a level that rises',
  params: {},
  signals: { level: { about: 'How far it is.', unit: 'cm', low: 0, high: 1000, step: 1 } },
  commands: { 'set-level': { about: 'Where it starts anew.', low: 0, high: 100 } },
  everyMs: 1000,
  start: () => {
    let from = 0;
    return {
      sample: (t) => ({ level: Math.min(1000, from + Math.round(t / 1000)) }),
      truth: (t) => ({ level: from + t / 1000 }),
      command: (name, value) => {
        if (name !== 'set-level' || typeof value !== 'number') return false;
        if (!(value >= 0 && value <= 100)) return false;
        from = value;
        return true;
      },
      power: () => {},
    };
  },
};

/** What the part sent last of a stream, and in which stretch of time that nobody disturbed. */
interface Sent {
  at: number;
  stretch: number;
}

export class BenchDevice implements PartDevice {
  readonly plan: Plan;
  readonly index = 0;
  readonly row: DevicePlan;
  readonly entry: EntryPlan;
  readonly body: Body;
  readonly samplingEnd = SAMPLING_END;
  /** Its passengers, for a part that stands between. */
  readonly freight: BenchFreight;
  readonly part: Part;
  /** What the part did, in order: `send 0 4`, `skip 0 5 device-off`, `tell WAKE` … */
  readonly deeds: string[] = [];
  readonly #kind: PartKind;
  readonly #params: Readonly<Record<string, unknown>>;
  /** What its part offers to be set. */
  readonly #offered: readonly OfferedSetting[];
  readonly #numbers = new EventNumbers(1);
  readonly #ops: OpTable;
  readonly #wheel = new BenchWheel();
  epoch = 0;
  isPowered = false;
  isOnline = false;
  isStopped = false;
  readonly mayRestart = true;
  /** Readings that another part of it has taken. */
  readings = 0;
  /** Of the bench, and not of the wheel: whatever the bench does may come as fast as it likes. */
  #stretch = 0;
  #isFiring = false;
  readonly #last = new Map<number, Sent>();
  /** Numbers of schedules that are accounted for, and those that were heard, by stream. */
  readonly #done = new Set<string>();
  readonly #heard = new Set<string>();
  /** Channels that its part has open, first to last. */
  readonly #channels = new Map<string, ChannelEvents>();

  /** `beside`: streams of others, to which those of the part reply. */
  constructor(
    kind: PartKind,
    model: DeviceModel,
    params: ReturnType<PartDevice['paramsOf']> = {},
    beside: readonly StreamSpec[] = [],
  ) {
    const own = broughtStreams(kind);
    const streams = layStreams([...beside, ...own], true);
    const entry = { ...ENTRY, parts: [{ kind: kind.kind, params }] };
    const takes = kind.takes?.(entry) ?? own.map(({ name }) => name);
    this.#kind = kind;
    this.entry = {
      ...entry,
      paramNames: Object.keys(model.params),
      streams: streams.filter(({ name }) => takes.includes(name)).map(({ code }) => code),
    };
    const ops = layOps([broughtOps(kind)]);
    this.#ops = opTable(ops);
    this.row = {
      id: 'bench/1',
      entry: 0,
      region: 'r',
      site: 's',
      lane: 0,
      cohort: 0,
      bootAt: 0,
      firstAt: 250,
      params: drawParams(model.params, {}, 1, 'bench/1'),
      identity: { maker: 'Bench & Sons' },
    };
    const [devices, entries] = [[this.row], [this.entry]];
    this.plan = {
      seed: 1,
      quantumMs: QUANTUM_MS,
      streams,
      ops,
      devices,
      entries,
    } as unknown as Plan;
    this.body = new Body(1, this.row, this.entry, model);
    this.#params = params;
    this.#offered = (kind.settings?.(params) ?? []).map((spec) => ({
      spec,
      read: () => Number(this.call('setting', spec.name)),
      make: (value) => void this.call('set', spec.name, value),
    }));
    this.freight = new BenchFreight(kind.withholds ?? [], (deed) => this.deeds.push(deed));
    this.part = this.in('start', () => kind.start(this));
  }

  /** Calls a hook of the part, as the fleet does: what it throws is told under its name. */
  call(hook: keyof Part, ...given: unknown[]): unknown {
    this.#stretch++;
    const part = this.part as unknown as Record<
      string,
      ((...all: unknown[]) => unknown) | undefined
    >;
    return this.in(hook, () => part[hook]?.(...given));
  }

  in<T>(hook: string, action: () => T): T {
    return inNameOf(`the part ${this.#kind.kind}`, hook, () => synchronous(action()));
  }

  /** Lets time pass, and whatever is due in it happen. */
  pass(ms: number): void {
    this.#wheel.pass(ms);
  }

  paramsOf(): ReturnType<PartDevice['paramsOf']> {
    return this.#params as ReturnType<PartDevice['paramsOf']>;
  }

  settings(): Record<string, number> {
    return settingsAt(this.body, this.#offered, this.now());
  }

  factory(): Record<string, number> {
    return factoryOf(this.body, this.#offered);
  }

  set(name: string, value: unknown): boolean {
    return setBy(this.body, this.#offered, name, value, this.now());
  }

  /** Whatever is shipped is of no concern to the bench: another part would bring it. */
  give(): void {}

  fitnessOf(): 'well' {
    return 'well';
  }

  code(stream: string): number {
    return namedStream(this.plan, stream).code;
  }

  now(): number {
    return this.#wheel.now;
  }

  at(ms: number, paced: Paced): Cancel {
    const fire = (atMs: number): number => {
      this.#isFiring = true;
      try {
        return this.in('fire', () => nextTime(paced, atMs));
      } finally {
        this.#isFiring = false;
      }
    };
    return this.#wheel.add(dueTime(ms), { fire });
  }

  tell({ type }: Parameters<PartDevice['tell']>[0]): void {
    this.deeds.push(`tell ${type}`);
  }

  send(message: PartMessage): void {
    const { stream, n, values, intended } = message;
    const known = mustSend(this, this.#kind, this.#numbers, message);
    this.#mustBeNew(known, n);
    this.#mustTakeItsTime(known, n);
    JSON.stringify(values);
    this.deeds.push(`send ${stream} ${n} ${intended ?? this.now()}`);
  }

  skip(stream: number, n: number, why: string): void {
    this.#mustBeNew(mustSkip(this, this.#kind, this.#numbers, { stream, n }, why), n);
    this.deeds.push(`skip ${stream} ${n} ${why}`);
  }

  /** The fleet keeps no list of all numbers; a bench can. */
  #mustBeNew({ name, code, schedule }: StreamPlan, n: number): void {
    const number = `number ${n} of stream ${name}`;
    if (schedule.by === 'reply') {
      if (this.#heard.has(`${schedule.to} ${n}`)) return;
      const asked = streamOf(this.plan, schedule.to)?.name;
      throw new Misuse(
        `it sends ${number}, and has heard no such number of stream ${asked}`,
        'a reply bears the number of what it replies to',
      );
    }
    const key = `${code} ${n}`;
    if (this.#done.has(key)) {
      throw new Misuse(
        `it accounts for ${number} a second time`,
        'each number is sent or left out, once',
      );
    }
    this.#done.add(key);
  }

  /** Of what comes off the wheel alone: how soon a device connects again is the bench's doing. */
  #mustTakeItsTime({ name, code, schedule }: StreamPlan, n: number): void {
    if (schedule.by !== 'event' || schedule.leastMs === undefined || !this.#isFiring) return;
    const [at, stretch] = [this.now(), this.#stretch];
    const before = this.#last.get(code);
    this.#last.set(code, { at, stretch });
    const passed = before?.stretch === stretch ? at - before.at : Number.POSITIVE_INFINITY;
    // The wheel rounds up, so that two may come nearer to each other by a quantum.
    if (passed >= schedule.leastMs - QUANTUM_MS) return;
    throw new Misuse(
      `it sends number ${n} of stream ${name} ${formatDuration(passed)} after the one before, ` +
        `and its leastMs is ${schedule.leastMs}`,
      'observers have room for no more: send less often, or say so in leastMs',
    );
  }

  /** What the target is to publish if the connection of this attempt dies. */
  will(attempt: number): void {
    const message = this.call('will', attempt) as PartMessage | null | undefined;
    if (message === null || message === undefined) return;
    this.in('will', () => mustArm(this, this.#kind, message, attempt));
    this.deeds.push(`will ${message.stream} ${message.n}`);
  }

  /** Another part of the device would send this. */
  hold(message: PartMessage): void {
    const why = this.call('holds', message) as string | null | undefined;
    if (why === null || why === undefined) return;
    this.in('holds', () => mustHold(this, this.#kind, message, why));
    this.deeds.push(`hold ${message.stream} ${message.n} ${why}`);
  }

  /** A message down, of whatever stream. */
  inbox(message: Inbound): void {
    const stream = streamNamed(this.plan, message.stream);
    if (stream !== undefined) this.#heard.add(`${stream.code} ${message.n}`);
    this.call('inbox', message);
  }

  open(channel: string, events: ChannelEvents): Channel {
    mustOpen(this, this.#kind, channel, (one) => this.#channels.has(one));
    this.deeds.push(`open ${channel}`);
    this.#channels.set(channel, events);
    return {
      write: (bytes) => void this.deeds.push(`bytes ${bytes.length}`),
      end: () => {
        if (this.#channels.get(channel) === events) this.#channels.delete(channel);
      },
    };
  }

  /** Bytes come over every channel that is open. */
  hear(bytes: Uint8Array): void {
    for (const [channel, events] of [...this.#channels]) {
      this.in(`data of its channel ${channel}`, () => events.data(bytes));
    }
  }

  /** The other side ends them all. */
  cut(why: string): void {
    for (const [channel, events] of [...this.#channels]) {
      this.#channels.delete(channel);
      this.in(`closed of its channel ${channel}`, () => events.closed(why));
    }
  }

  /** A passenger opens the first channel that its part serves, and says something. */
  callUp(passenger: number, bytes: Uint8Array, stays: boolean): void {
    const [channel] = this.#kind.serves ?? [];
    if (channel === undefined) return;
    const line = { write: ({ length }: Uint8Array) => this.deeds.push(`says ${length}`) };
    const end = (): void => void this.deeds.push('ends the line');
    const events = this.call('called', passenger, channel, { ...line, end }) as ChannelEvents;
    this.in('data of a line', () => events?.data(bytes));
    if (!stays) this.in('closed of a line', () => events?.closed('test'));
  }

  fieldBus(): FieldBuses[FieldBusKind]['bus'] | null {
    return null;
  }

  stall(untilMs: number): void {
    dueTime(untilMs, 'the end of a stall');
    this.deeds.push(`stall ${untilMs}`);
  }

  write(op: Parameters<PartDevice['write']>[0], fields: Parameters<PartDevice['write']>[1]): void {
    mustWrite(this.#kind, op);
    layoutFor(this.#ops, op, { device: this.index, ...fields });
    this.deeds.push(`write ${op} ${Object.keys(fields).sort().join(',')}`);
  }

  /** Of the bench's own: what it digests is told apart, and nothing is signed. */
  readonly seals: Seals = {
    sha256Hex: (data) => crc32(new TextEncoder().encode(String(data))).toString(16),
    verify: () => false,
  };

  seam(): undefined {
    return undefined;
  }
}
