/**
 * What each gateway should have kept, given up and sent on: from what its children handed it, from
 * when its uplink stood, by its connection's own word, and from what the plan says of its buffer.
 * Beside that, for whom it spoke that is not its own, and what the target counted of it.
 */
import { type EntryPlan, type LedgerEntry, type Plan, streamNamed } from '#kernel';
import { BufferModel, type BufferRules, type Item, type Told } from './gateway/buffer-model.ts';
import { defineOracle } from './oracle.ts';
import type { Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    gateway: GatewayOracle;
  }
}

export default defineOracle({
  kind: 'gateway',
  summary: 'what gateways should have kept, given up and sent on, and for whom they spoke',
  scope: 'lane',
  ops: [
    'gateway/took',
    'gateway/passed',
    'gateway/dropped',
    'gateway/strayed',
    'gateway/counted',
    'gateway/read',
    'online',
    'offline',
    'state',
    'not-sent',
    'acked',
  ],
  start: ({ plan, timeline, lane }) => new GatewayOracle(plan, timeline, lane ?? -1),
});

/** With its moment, in microseconds. */
type ToldAt = Told & { t: number };

/** A stretch of time in which it could send, had something to, and did not. */
interface Idle {
  from: number;
  to: number;
  waiting: number;
  first: Item | null;
}

interface StrayCount {
  /** What the gateway sent, and of that what the target acknowledged before it was read. */
  sent: number;
  acked: number;
  /** As the target counted; null where it says nothing of this child. */
  counted: { refused: number; taken: number } | null;
}

interface GatewayStory {
  device: number;
  taken: number;
  passed: number;
  /** For want of room, and with its memory. */
  dropped: number;
  lost: number;
  /** Those that wait at the end. */
  waiting: number;
  mistakes: readonly ToldAt[];
  /** Given up with a memory that was not lost. */
  lostWithout: readonly { t: number; item: Item }[];
  /** Those given up of which the children's own account says nothing. */
  unaccounted: readonly { t: number; item: Item }[];
  idle: readonly Idle[];
  strays: ReadonlyMap<number, StrayCount>;
  isRead: boolean;
}

/** Longer than any answer of a healthy target takes. */
const PATIENCE_US = 10_000_000;
const FULL = 'gateway-full';
/** What a gateway is in once its memory is lost, a moment after that. */
const MEMORY_LOST = ['power.off', 'power.dead', 'power.resetting'];
const MOMENT_US = 1_000_000;

type Fields = Readonly<Record<string, number | string | boolean>>;

export class GatewayOracle {
  readonly #plan: Plan;
  readonly #gateways = new Map<number, Gateway>();
  readonly #stray: number;
  /** What is acknowledged later may be missing from the answer. */
  readonly #readFrom: number;
  readonly #until: number;

  constructor(plan: Plan, timeline: Timeline, lane: number) {
    this.#plan = plan;
    this.#stray = streamNamed(plan, 'gateway-stray')?.code ?? -1;
    this.#readFrom = timeline.readsOf(lane).beganAt;
    this.#until = timeline.phase('drain')?.to ?? timeline.end;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    const fields = entry as unknown as Fields;
    if (op === 'not-sent') {
      if (fields.why === FULL) this.#carrier(device)?.accounted(entry);
      return;
    }
    const gateway = this.#at(device);
    if (gateway === null) return;
    if (op === 'online' || op === 'offline') gateway.connected(t, op === 'online');
    else if (op === 'state') {
      if (MEMORY_LOST.includes(entry.state)) gateway.forgot(t);
    } else if (op === 'acked') {
      if (entry.stream === this.#stray && t < this.#readFrom) gateway.strayAcked(entry.n);
    } else if (op.startsWith('gateway/')) gateway.told(op, t, fields);
  }

  /** All that is known of it once the ledger is read; null of what is no gateway. */
  of(device: number): GatewayStory | null {
    return this.#at(device)?.story() ?? null;
  }

  #at(device: number): Gateway | null {
    const known = this.#gateways.get(device);
    if (known !== undefined) return known;
    const rules = rulesOf(this.#plan.entries[this.#plan.devices[device]?.entry ?? -1]);
    if (rules === null) return null;
    const gateway = new Gateway(device, rules, this.#until);
    this.#gateways.set(device, gateway);
    return gateway;
  }

  #carrier(child: number): Gateway | null {
    const via = this.#plan.devices[child]?.via ?? null;
    return via === null ? null : this.#at(via);
  }
}

/** Null for what is no gateway. */
function rulesOf(entry: EntryPlan | undefined): (BufferRules & { rate: number }) | null {
  const params = entry?.parts.find(({ kind }) => kind === 'gateway')?.params;
  if (params === undefined) return null;
  const { messages, bytes, drop, backlog, rate } = params;
  return {
    messages: Number(messages),
    bytes: Number(bytes),
    drop: drop === 'newest' ? 'newest' : 'oldest',
    backlog: Number(backlog),
    rate: rate === undefined ? Number.POSITIVE_INFINITY : Number(rate),
  };
}

class Gateway {
  readonly #device: number;
  readonly #buffer: BufferModel;
  readonly #patienceUs: number;
  readonly #counts = { taken: 0, passed: 0, dropped: 0, lost: 0 };
  readonly #mistakes: ToldAt[] = [];
  /** Given up for want of room, by name, until the child's account says so. */
  readonly #owed = new Map<string, { t: number; item: Item }>();
  readonly #lostWithout: { t: number; item: Item }[] = [];
  /** Given up with its memory at this moment, of which nobody has told yet that it was lost. */
  #lostNow: { t: number; item: Item }[] = [];
  readonly #idle: Idle[] = [];
  /** Since when it could send and had something to. */
  #since = Number.POSITIVE_INFINITY;
  #isUp = false;
  /** When nothing more is asked of it. */
  readonly #until: number;
  readonly #strays = new Map<number, StrayCount>();
  readonly #strayOf: number[] = [];
  #isRead = false;

  constructor(device: number, rules: BufferRules & { rate: number }, until: number) {
    this.#device = device;
    this.#until = until;
    this.#buffer = new BufferModel(rules);
    this.#patienceUs = PATIENCE_US + 2_000_000 / rules.rate;
  }

  connected(t: number, isUp: boolean): void {
    this.#look(t);
    this.#isUp = isUp;
    this.#buffer.connected(isUp);
    this.#mark(t);
  }

  /** Its memory was lost just now. */
  forgot(t: number): void {
    this.#lostWithout.push(...this.#lostNow.filter((one) => t - one.t > MOMENT_US));
    this.#lostNow = [];
  }

  /** The child's own account of one that was given up. */
  accounted({ device: child, stream, n }: { device: number; stream: number; n: number }): void {
    this.#owed.delete(nameOf(child, stream, n));
  }

  strayAcked(n: number): void {
    const child = this.#strayOf[n];
    const count = child === undefined ? undefined : this.#strays.get(child);
    if (count !== undefined) count.acked++;
  }

  told(op: string, t: number, fields: Fields): void {
    const child = Number(fields.child);
    if (op === 'gateway/read') this.#isRead = true;
    else if (op === 'gateway/strayed') {
      this.#strayOf[Number(fields.n)] = child;
      this.#strayCount(child).sent++;
    } else if (op === 'gateway/counted') {
      const [refused, taken] = [Number(fields.refused), Number(fields.taken)];
      this.#strayCount(child).counted = { refused, taken };
    } else {
      const [stream, n, bytes] = [fields.stream, fields.n, fields.bytes ?? 0].map(Number);
      this.#dealt(
        op,
        t,
        {
          child,
          stream: stream ?? 0,
          n: n ?? 0,
          bytes: bytes ?? 0,
          takenAt: t,
        },
        String(fields.why ?? ''),
      );
    }
  }

  story(): GatewayStory {
    return {
      device: this.#device,
      ...this.#counts,
      waiting: this.#buffer.waiting,
      mistakes: this.#mistakes,
      lostWithout: [...this.#lostWithout, ...this.#lostNow],
      unaccounted: [...this.#owed.values()],
      idle: [...this.#idle, ...this.#idleUntil(this.#until)],
      strays: this.#strays,
      isRead: this.#isRead,
    };
  }

  #dealt(op: string, t: number, item: Item, why: string): void {
    const tell = (told: readonly Told[]): void => {
      for (const one of told) this.#mistakes.push({ ...one, t });
    };
    if (op === 'gateway/took') {
      this.#counts.taken++;
      tell(this.#buffer.took(item));
      if (this.#since === Number.POSITIVE_INFINITY) this.#mark(t);
    } else if (op === 'gateway/passed') {
      this.#counts.passed++;
      this.#look(t);
      tell(this.#buffer.passed(item));
      this.#mark(t);
    } else if (op === 'gateway/dropped' && why === FULL) {
      this.#counts.dropped++;
      tell(this.#buffer.dropped(item));
      this.#owed.set(nameOf(item.child, item.stream, item.n), { t, item });
    } else if (op === 'gateway/dropped') {
      this.#counts.lost++;
      this.#buffer.lost(item);
      this.#lostNow.push({ t, item });
    }
  }

  #look(t: number): void {
    this.#idle.push(...this.#idleUntil(t));
  }

  #idleUntil(to: number): Idle[] {
    const from = this.#since;
    if (!(to - from > this.#patienceUs)) return [];
    const { waiting, first } = this.#buffer;
    return [{ from, to, waiting, first }];
  }

  #mark(t: number): void {
    this.#since = this.#isUp && this.#buffer.waiting > 0 ? t : Number.POSITIVE_INFINITY;
  }

  #strayCount(child: number): StrayCount {
    let count = this.#strays.get(child);
    if (count === undefined) {
      count = { sent: 0, acked: 0, counted: null };
      this.#strays.set(child, count);
    }
    return count;
  }
}

const nameOf = (child: number, stream: number, n: number): string => `${child}/${stream}/${n}`;
