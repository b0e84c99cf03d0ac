/**
 * A device on a workbench, to try parts on: a clock that is moved by hand, a body of some model,
 * and a list of everything the part did. Nothing of it is sent anywhere.
 */
import {
  type Cancel,
  type DevicePlan,
  type EntryPlan,
  layStreams,
  type Paced,
  type Plan,
} from '#kernel';
import { Body } from '../body.ts';
import type { Channel, ChannelEvents } from '../channel.ts';
import type { DeviceModel } from '../device.ts';
import { drawParams } from '../draw.ts';
import type { Part, PartDevice, PartKind } from '../part.ts';

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

interface Due {
  at: number;
  order: number;
  paced: Paced;
}

export class BenchDevice implements PartDevice {
  readonly plan: Plan;
  readonly index = 0;
  readonly row: DevicePlan;
  readonly entry: EntryPlan;
  readonly body: Body;
  readonly samplingEnd = SAMPLING_END;
  readonly part: Part;
  /** What the part did, in order: `send 0 4`, `skip 0 5 device-off`, `tell WAKE` … */
  readonly deeds: string[] = [];
  readonly #params: Readonly<Record<string, unknown>>;
  epoch = 0;
  isPowered = false;
  isOnline = false;
  isStopped = false;
  #now = 0;
  #order = 0;
  #due: Due[] = [];
  /** Channels that its part has open, first to last. */
  readonly #channels = new Set<ChannelEvents>();

  constructor(kind: PartKind, model: DeviceModel, params: ReturnType<PartDevice['paramsOf']> = {}) {
    this.entry = { ...ENTRY, paramNames: Object.keys(model.params) };
    this.plan = { seed: 1, streams: layStreams(kind.streams ?? [], true) } as Plan;
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
    this.body = new Body(1, this.row, this.entry, model);
    this.#params = params;
    this.part = kind.start(this);
  }

  /** Lets time pass, and whatever is due in it happen. */
  pass(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      this.#due.sort((a, b) => a.at - b.at || a.order - b.order);
      const next = this.#due[0];
      if (next === undefined || next.at > until) break;
      this.#due.shift();
      this.#now = Math.max(this.#now, next.at);
      const again = next.paced.fire(this.#now);
      if (again < Number.POSITIVE_INFINITY) this.at(again, next.paced);
    }
    this.#now = until;
  }

  paramsOf(): ReturnType<PartDevice['paramsOf']> {
    return this.#params as ReturnType<PartDevice['paramsOf']>;
  }

  code(stream: string): number {
    const found = this.plan.streams.find(({ name }) => name === stream);
    if (found === undefined) throw new Error(`the part brings no stream ${stream}`);
    return found.code;
  }

  now(): number {
    return this.#now;
  }

  at(ms: number, paced: Paced): Cancel {
    const due = { at: ms, order: this.#order++, paced };
    this.#due.push(due);
    return () => {
      this.#due = this.#due.filter((one) => one !== due);
    };
  }

  tell({ type }: Parameters<PartDevice['tell']>[0]): void {
    this.deeds.push(`tell ${type}`);
  }

  send({ stream, n, values, intended }: Parameters<PartDevice['send']>[0]): void {
    JSON.stringify(values);
    this.deeds.push(`send ${stream} ${n} ${intended ?? this.#now}`);
  }

  skip(stream: number, n: number, why: string): void {
    this.deeds.push(`skip ${stream} ${n} ${why}`);
  }

  open(channel: string, events: ChannelEvents): Channel {
    this.deeds.push(`open ${channel}`);
    this.#channels.add(events);
    return {
      write: (bytes) => void this.deeds.push(`bytes ${bytes.length}`),
      end: () => void this.#channels.delete(events),
    };
  }

  /** Bytes come over every channel that is open. */
  hear(bytes: Uint8Array): void {
    for (const events of [...this.#channels]) events.data(bytes);
  }

  /** The other side ends them all. */
  cut(why: string): void {
    for (const events of [...this.#channels]) {
      this.#channels.delete(events);
      events.closed(why);
    }
  }

  stall(untilMs: number): void {
    this.deeds.push(`stall ${untilMs}`);
  }

  write(op: Parameters<PartDevice['write']>[0], fields: Parameters<PartDevice['write']>[1]): void {
    this.deeds.push(`write ${op} ${Object.keys(fields).sort().join(',')}`);
  }

  seam(): undefined {
    return undefined;
  }
}
