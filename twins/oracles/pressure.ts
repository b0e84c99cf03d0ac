/**
 * What a target says of the pressure that it was under: which messages it passed over, in which
 * mode it was when, how full it was. And what was so by the ledger alone: how much was sent in
 * which second, and how soon that was acknowledged.
 */
import {
  FLAG,
  type LedgerEntry,
  type LedgerEntryOf,
  type Plan,
  type PressurePlan,
  pressureOf,
  type StreamPlan,
  streamOf,
} from '#kernel';
import { defineOracle, type OracleFold } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    pressure: PressureOracle;
    'pressure/fleet': PressureCourse;
  }
}

export default defineOracle({
  kind: 'pressure',
  summary: 'what a target under pressure says it passed over, and in which mode it was',
  scope: 'lane',
  ops: ['pressure/shed', 'pressure/whole'],
  start: () => new PressureOracle(),
  fleet: {
    ops: [
      ...(['sent', 'acked', 'abandoned'] as const),
      ...(['pressure/mode', 'pressure/count', 'pressure/depth', 'pressure/now'] as const),
    ],
    start: ({ plan }): PressureCourse => new PressureCourse(plan),
  },
});

type Fields = Readonly<Record<string, number | string>>;

/** A message on the list of what was passed over. */
export interface Shed {
  stream: number;
  n: number;
  /** Milliseconds by the clock of the target. */
  at: number;
}

export class PressureOracle implements OracleFold {
  readonly #listed = new Map<number, Shed[]>();
  readonly #whole = new Set<number>();

  step(entry: LedgerEntry): void {
    const { device } = entry;
    if ((entry.op as string) === 'pressure/whole') {
      this.#whole.add(device);
      return;
    }
    const { stream, n, at } = entry as unknown as Shed;
    const listed = this.#listed.get(device) ?? [];
    listed.push({ stream, n, at });
    this.#listed.set(device, listed);
  }

  /** In the order of the list; one that stands on it twice comes twice. */
  of(device: number): readonly Shed[] {
    return this.#listed.get(device) ?? [];
  }

  isWhole(device: number): boolean {
    return this.#whole.has(device);
  }
}

/** A mode from one change up to the next, by the clock of the target in milliseconds. */
export interface ModeSpan {
  mode: string;
  why: string;
  from: number;
  to: number;
}

/** Of one second of the run. */
export interface Second {
  /** Messages that devices sent for the first time; a capacity is one of all of them. */
  sent: number;
  /** Of its readings, how many were acknowledged or given up, and how long that took in all. */
  acked: number;
  tookUs: number;
  /** Acknowledged in it, whenever they were sent, and how long they had waited together. */
  answered: number;
  waitedUs: number;
}

const SECOND_US = 1_000_000;
/** Of the flags of what was sent, those that say its QoS. */
const QOS = 3;
const NOTHING_SENT: Second = { sent: 0, acked: 0, tookUs: 0, answered: 0, waitedUs: 0 };

export class PressureCourse implements OracleFold {
  readonly plan: PressurePlan | null;
  readonly #plan: Plan;
  #spans: readonly ModeSpan[] | null = null;
  readonly #changes: { at: number; was: string; mode: string; why: string }[] = [];
  readonly #counts = new Map<string, { taken: number; shed: number }>();
  readonly #depths: { at: number; depth: number }[] = [];
  readonly #seconds: Second[] = [];
  /** When each reading that is not acknowledged was sent first: what comes again has waited. */
  readonly #open = new Map<string, number>();
  /** What else is not acknowledged. */
  readonly #urgent = new Set<string>();
  #now: { t: number; at: number; mode: string; depth: number } | null = null;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.plan = pressureOf(plan);
  }

  step(entry: LedgerEntry): void {
    const fields = entry as unknown as Fields;
    switch (entry.op as string) {
      case 'sent':
      case 'acked':
      case 'abandoned':
        this.#load(entry);
        break;
      case 'pressure/mode':
        this.#spans = null;
        this.#changes.push({
          ...{ at: Number(fields.at), was: String(fields.was) },
          ...{ mode: String(fields.mode), why: String(fields.why) },
        });
        break;
      case 'pressure/count': {
        const many = { taken: Number(fields.taken), shed: Number(fields.shed) };
        this.#counts.set(String(fields.of), many);
        break;
      }
      case 'pressure/depth':
        this.#depths.push({ at: Number(fields.at), depth: Number(fields.depth) });
        break;
      case 'pressure/now': {
        const [at, depth] = [Number(fields.at), Number(fields.depth)];
        this.#now = { t: entry.t, at, mode: String(fields.mode), depth };
        break;
      }
    }
  }

  /** What it says at the end; null where it says nothing. */
  get now(): { mode: string; depth: number } | null {
    return this.#now === null || this.#now.mode === '' ? null : this.#now;
  }

  /** By the name of a stream; null where nothing of it was told. */
  countOf(stream: string): { taken: number; shed: number } | null {
    return this.#counts.get(stream) ?? null;
  }

  get counted(): string[] {
    return [...this.#counts.keys()].sort();
  }

  /** First to last; asked of each message that was passed over. */
  get modes(): readonly ModeSpan[] {
    this.#spans ??= this.#changes.map(({ at, mode, why }, index) => {
      const to = this.#changes[index + 1]?.at ?? Number.POSITIVE_INFINITY;
      return { mode, why, from: at, to };
    });
    return this.#spans;
  }

  /** A change that does not begin where the one before it had ended. */
  get broken(): { at: number; was: string; mode: string } | null {
    const mode = (index: number): string => this.#changes[index - 1]?.mode ?? 'off';
    const isWhole = ({ was }: { was: string }, index: number): boolean =>
      was === 'off' || was === mode(index);
    return this.#changes.find((change, index) => !isWhole(change, index)) ?? null;
  }

  get depths(): readonly { at: number; depth: number }[] {
    return this.#depths;
  }

  get seconds(): readonly (Second | undefined)[] {
    return this.#seconds;
  }

  /** When those were sent first that were never acknowledged, and are waited for to the end. */
  get open(): Iterable<number> {
    return this.#open.values();
  }

  /** A time by the clock of the target as one of the run, in microseconds. */
  atRun(at: number): number {
    const { t, at: now } = this.#now ?? { t: 0, at: 0 };
    return t - (now - at) * 1000;
  }

  /** Whether it said that it was in a mode in which it may pass messages over. */
  saysSo(at: number): boolean {
    return this.modes.some(
      ({ mode, from, to }) =>
        (mode === 'limited' || mode === 'read-only') && from <= at && at <= to,
    );
  }

  #load(entry: LedgerEntry): void {
    if (entry.op !== 'sent' && entry.op !== 'acked' && entry.op !== 'abandoned') return;
    const { device, stream, n, t } = entry;
    const known = streamOf(this.#plan, stream);
    const isReading = known?.mayShed === true;
    if (known === undefined || !(isReading || this.#isOfDevices(known))) return;
    const key = `${device} ${stream} ${n}`;
    if (!isReading) return this.#other(entry, key);
    if (entry.op === 'sent') {
      if ((entry.flags & FLAG.resend) !== 0 || this.#open.has(key)) return;
      this.#second(t).sent++;
      if ((entry.flags & QOS) !== 0) this.#open.set(key, t);
      return;
    }
    const sentAt = this.#open.get(key);
    if (sentAt === undefined) return;
    this.#open.delete(key);
    const second = this.#second(sentAt);
    // Whoever gives it up has waited until then.
    second.acked++;
    second.tookUs += t - sentAt;
    if (entry.op === 'abandoned') return;
    const now = this.#second(t);
    now.answered++;
    now.waitedUs += t - sentAt;
  }

  /** It is load, and nothing else is asked of it here. */
  #other(entry: LedgerEntryOf<'sent' | 'acked' | 'abandoned'>, key: string): void {
    if (entry.op !== 'sent') {
      this.#urgent.delete(key);
      return;
    }
    if ((entry.flags & FLAG.resend) !== 0 || this.#urgent.has(key)) return;
    this.#second(entry.t).sent++;
    if ((entry.flags & QOS) !== 0) this.#urgent.add(key);
  }

  /**
   * What the target publishes, also in their name, it does not have to take; nor is what answers
   * what it says by itself asked of it: it would excuse itself by how often it says that.
   */
  #isOfDevices({ way, from, schedule }: StreamPlan): boolean {
    if (way !== 'up' || from === 'target' || schedule.by === 'attempt') return false;
    return schedule.by !== 'reply' || streamOf(this.#plan, schedule.to)?.from !== 'target';
  }

  #second(t: number): Second {
    const index = Math.floor(t / SECOND_US);
    const second = this.#seconds[index] ?? { ...NOTHING_SENT };
    this.#seconds[index] = second;
    return second;
  }
}
