/**
 * One gateway, as its truth tells it: what its buffer should have held at each moment, what of that
 * was wrong, and for whom it spoke.
 */
import { type EntryPlan, type Plan, streamOf } from '#kernel';
import { BufferModel, type BufferRules, type Item, nameOf, type Told } from './buffer-model.ts';

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

export interface GatewayStory {
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
/** Why it comes up after a restart of its own. */
const PLANNED = 'reset';
export const FULL = 'gateway-full';
/** Once its memory is lost, the ledger says so within this. */
const MOMENT_US = 1_000_000;
/** So much later than it should a busy machine writes its flash. */
const LATE_US = 500_000;

export interface Message {
  device: number;
  stream: number;
  n: number;
}

export type Fields = Readonly<Record<string, number | string | boolean>>;

type Rules = BufferRules & {
  /** Messages a second. */
  rate: number;
  /** What a loss of power may take, in microseconds; Infinity where there is no flash. */
  flushUs: number;
  priorities: Readonly<Record<string, unknown>>;
};

/** Null for what is no gateway. */
export function rulesOf(entry: EntryPlan | undefined): Rules | null {
  const params = entry?.parts.find(({ kind }) => kind === 'gateway')?.params;
  if (params === undefined) return null;
  const { messages, bytes, drop, backlog, rate, memory, flush, priorities } = params;
  return {
    messages: Number(messages),
    bytes: Number(bytes),
    drop: drop === 'newest' || drop === 'lowest' ? drop : 'oldest',
    backlog: Number(backlog),
    rate: rate === undefined ? Number.POSITIVE_INFINITY : Number(rate),
    flushUs: memory === 'flash' ? Number(flush) * 1000 : Number.POSITIVE_INFINITY,
    priorities: (priorities ?? {}) as Rules['priorities'],
  };
}

export class Gateway {
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
  /** Given up since it last came up, and might have been saved. */
  #lostSince: ToldAt[] = [];
  /** Sent on and not acknowledged, by name; what is at QoS 0 is not asked after. */
  readonly #flown = new Map<string, Item>();
  /** Names of what another gateway took in as well. */
  readonly #shared = new Set<string>();
  readonly #rules: Rules;
  readonly #plan: Plan;
  #seq = 0;
  readonly #idle: Idle[] = [];
  /** Since when it could send and had something to. */
  #since = Number.POSITIVE_INFINITY;
  #isUp = false;
  /** When nothing more is asked of it. */
  readonly #until: number;
  readonly #strays = new Map<number, StrayCount>();
  readonly #strayOf: number[] = [];
  #isRead = false;

  constructor(device: number, rules: Rules, until: number, plan: Plan) {
    this.#device = device;
    this.#rules = rules;
    this.#plan = plan;
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

  /** It came up: what a restart cost that it had planned could have been written to flash. */
  booted(cause: string): void {
    if (cause === PLANNED && this.#rules.flushUs !== Number.POSITIVE_INFINITY) {
      this.#mistakes.push(...this.#lostSince);
    }
    this.#lostSince = [];
  }

  /** The child's own account of one that was given up. */
  accounted({ device: child, stream, n }: Message): void {
    this.#owed.delete(nameOf({ child, stream, n }));
  }

  /** Nothing of it is left here, unless another gateway had it too: then it may be that one's. */
  acked({ device: child, stream, n }: Message): void {
    const name = nameOf({ child, stream, n });
    if (!this.#shared.has(name)) this.#flown.delete(name);
  }

  /** Another gateway has it as well, so nobody accounts for what becomes of it here. */
  shared({ device: child, stream, n }: Message): void {
    const name = nameOf({ child, stream, n });
    this.#shared.add(name);
    this.#owed.delete(name);
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
      const numbers = [fields.stream, fields.n, fields.bytes ?? 0].map(Number);
      const [stream = 0, n = 0, bytes = 0] = numbers;
      const item = { child, stream, n, bytes, priority: this.#priorityOf(child), takenAt: t };
      this.#dealt(op, t, { ...item, seq: this.#seq++ }, String(fields.why ?? ''));
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
    const name = nameOf(item);
    if (op === 'gateway/took') {
      this.#counts.taken++;
      tell(this.#buffer.took(item));
      if (this.#since === Number.POSITIVE_INFINITY) this.#mark(t);
    } else if (op === 'gateway/passed') {
      this.#counts.passed++;
      this.#look(t);
      const known = this.#buffer.find(item);
      tell(this.#buffer.passed(item));
      if (known !== null && this.#qosOf(item) > 0) this.#flown.set(name, known);
      this.#mark(t);
    } else if (op === 'gateway/restored') {
      const known = this.#flown.get(name);
      if (known === undefined) tell([{ mistake: 'not-there', item, instead: null }]);
      else this.#buffer.restored(known);
      this.#flown.delete(name);
    } else if (op === 'gateway/dropped' && why === FULL) {
      this.#counts.dropped++;
      tell(this.#buffer.dropped(item));
      if (!this.#shared.has(name)) this.#owed.set(name, { t, item });
      this.#emptied(t);
    } else if (op === 'gateway/dropped') {
      this.#counts.lost++;
      tell(this.#lost(t, item));
      this.#emptied(t);
    }
  }

  /** Whoever has given up all that it had is not idle. */
  #emptied(t: number): void {
    if (this.#buffer.waiting === 0) this.#mark(t);
  }

  #lost(t: number, item: Item): Told[] {
    const known = this.#buffer.find(item) ?? this.#flown.get(nameOf(item));
    const waited = this.#buffer.lost(item);
    this.#flown.delete(nameOf(item));
    this.#lostNow.push({ t, item });
    // What is at QoS 0 and under way is not followed.
    if (known === undefined) return [];
    const isWritten = t - known.takenAt > this.#rules.flushUs + LATE_US;
    // What may not come twice is not sent again, whether or not it is still there.
    const isQos2 = this.#qosOf(item) === 2;
    if (!isWritten && (waited || !isQos2)) {
      this.#lostSince.push({ t, mistake: 'lost-in-restart', item: known, instead: null });
    }
    if (!isWritten || isQos2) return [];
    return [{ mistake: 'lost-too-much', item: known, instead: null }];
  }

  #qosOf({ child, stream }: Item): number {
    const entry = this.#plan.entries[this.#plan.devices[child]?.entry ?? -1];
    return streamOf(this.#plan, stream)?.qos ?? entry?.qos ?? 0;
  }

  #priorityOf(child: number): number {
    const entry = this.#plan.entries[this.#plan.devices[child]?.entry ?? -1]?.id ?? '';
    const { priorities } = this.#rules;
    return Object.hasOwn(priorities, entry) ? Number(priorities[entry]) : 0;
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
