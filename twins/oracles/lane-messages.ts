/**
 * The messages of a lane by identity: a table for each stream of each device, with room for what
 * the plan intends and for what came up besides; which bytes were sent under which name; when each
 * was intended. What an entry means for them is decided in delivery.ts.
 */
import {
  addTo,
  dueAt,
  isScheduled,
  type MessageEntry,
  type Plan,
  plannedCount,
  type Qos,
  questionOf,
  STREAMS_MAX,
  type StreamPlan,
  streamOf,
} from '#kernel';
import { HAPPENED, MessageTable } from './message-table.ts';
import { SightedMessages } from './sighted-messages.ts';

/** What a message is called. */
type Identity = Pick<MessageEntry, 'device' | 'stream' | 'n'>;

export class LaneMessages {
  /** What the target sent of its own. */
  readonly ofTarget = new SightedMessages(HAPPENED.received);
  /** What observers saw of what goes down: it arrives with its device, and not before them. */
  readonly passing = new SightedMessages(HAPPENED.observed);
  readonly #plan: Plan;
  readonly #tables = new Map<number, MessageTable>();
  readonly #planned = new Map<number, number>();
  /** Hashes of what was sent under a name besides the first, by identity. */
  readonly #otherHashes = new Map<string, number[]>();
  /** Honest replies to what nobody sent: the target made up the question. Hash by identity. */
  readonly #unasked = new Map<string, number>();
  /** Of streams whose schedule is not in the plan: when each was intended. */
  readonly #intended = new Map<number, number[]>();

  constructor(plan: Plan, devices: readonly number[]) {
    this.#plan = plan;
    for (const device of devices) {
      for (const stream of plan.streams) {
        const count = plannedCount(plan, stream, device);
        if (count === 0) continue;
        const key = keyOf(device, stream.code);
        this.#planned.set(key, count);
        this.#tables.set(key, new MessageTable(count));
      }
    }
  }

  table(device: number, stream: number): MessageTable | undefined {
    return this.#tables.get(keyOf(device, stream));
  }

  /** The stream's table with room for n, for entries that we wrote about our own messages. */
  admit(message: Identity): MessageTable | null {
    if (this.isUnasked(message)) return null;
    const key = keyOf(message.device, message.stream);
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = new MessageTable(0);
      this.#tables.set(key, table);
    }
    return table.admit(message.n) ? table : null;
  }

  /** How many messages of a stream the plan itself intends. */
  plannedCount(device: number, stream: number): number {
    return this.#planned.get(keyOf(device, stream)) ?? 0;
  }

  /** A reply to a message that was never sent. */
  isUnasked({ device, stream, n }: Identity): boolean {
    const schedule = streamOf(this.#plan, stream)?.schedule;
    if (schedule?.by !== 'reply') return false;
    const asked = streamOf(this.#plan, schedule.to);
    if (asked !== undefined && isScheduled(asked))
      return n >= this.plannedCount(device, asked.code);
    // The plan does not know what was asked, and so its sender or its receiver must.
    if (this.ofTarget.of(device, schedule.to).has(n)) return false;
    return this.table(device, schedule.to)?.has(n, HAPPENED.sent) !== true;
  }

  /** Whether the target sends it: in a stream of its own, and under a name that we did not use. */
  isOfTarget({ device, stream, n }: Identity): boolean {
    if (streamOf(this.#plan, stream)?.from !== 'target') return false;
    return this.table(device, stream)?.has(n, HAPPENED.sent) !== true;
  }

  /**
   * Whether the target answers with it what nobody asked. What it says of what it said itself may
   * come ahead of that, or without it; what then matters is whether it had anything to say there.
   */
  isAnswerToNothing({ device, stream, n }: Identity): boolean {
    const { streams } = this.#plan;
    let known = streamOf(this.#plan, stream);
    if (known?.answers !== undefined && questionOf(n) !== null) {
      return this.askedBy({ device, stream, n }) === null;
    }
    for (let steps = 0; known?.schedule.by === 'reply'; steps++) {
      if (known.from !== 'target' || steps > streams.length) return true;
      if (this.askedBy({ device, stream: known.code, n }) !== null) return false;
      known = streamOf(this.#plan, known.schedule.to);
    }
    return known?.from !== 'target';
  }

  /** What the target answers with it: when that was sent, and how often; null when nobody knows. */
  askedBy({ device, stream, n }: Identity): { sentAt: number; sentCount: number } | null {
    const asked = this.#questionOf(stream, n);
    if (asked === null) return null;
    const table = this.table(device, asked.stream);
    if (table?.has(asked.n, HAPPENED.sent) === true)
      return { sentAt: table.sentAt(asked.n), sentCount: table.sentCount(asked.n) };
    const question = this.ofTarget.of(device, asked.stream).get(asked.n);
    return question === undefined
      ? null
      : { sentAt: question.seenAt, sentCount: question.seenCount };
  }

  /** What would have asked for it, if anybody did. */
  #questionOf(stream: number, n: number): Pick<Identity, 'stream' | 'n'> | null {
    const { schedule, answers } = streamOf(this.#plan, stream) ?? {};
    if (schedule?.by === 'reply') return { stream: schedule.to, n };
    const asked = answers === undefined ? null : questionOf(n);
    return answers === undefined || asked === null ? null : { stream: answers, n: asked };
  }

  /** Such a reply was sent, so it is no invention of the target's when it arrives. */
  noteUnasked(message: Identity, hash: number): void {
    if (this.isUnasked(message)) this.#unasked.set(nameOf(message), hash);
  }

  isHonestThoughUnasked(message: Identity, hash: number): boolean {
    return this.isUnasked(message) && this.#unasked.get(nameOf(message)) === hash;
  }

  /** It was sent once more, with other bytes. */
  noteOtherBytes(message: Identity, hash: number): void {
    addTo(this.#otherHashes, nameOf(message), hash);
  }

  /** Whether these bytes were sent under this identity. */
  wasSentAs(message: Identity, hash: number): boolean {
    const table = this.table(message.device, message.stream);
    if (table === undefined || !table.has(message.n, HAPPENED.sent)) return false;
    if (table.hash(message.n) === hash) return true;
    return this.#otherHashes.get(nameOf(message))?.includes(hash) ?? false;
  }

  /** Told by its sender, where the plan does not know it. */
  noteIntended({ device, stream, n }: Identity, us: number): void {
    const known = streamOf(this.#plan, stream);
    if (known === undefined || isScheduled(known)) return;
    const key = keyOf(device, stream);
    const list = this.#intended.get(key) ?? [];
    list[n] = us;
    this.#intended.set(key, list);
  }

  /** Microseconds; -1 when neither the plan nor a `sent` entry tells it. */
  intendedAt({ device, stream, n }: Identity): number {
    const known = streamOf(this.#plan, stream);
    const due = known === undefined ? null : dueAt(this.#plan, known, device, n);
    return due === null ? (this.#intended.get(keyOf(device, stream))?.[n] ?? -1) : due * 1000;
  }

  /** QoS of a message: its stream's own, else the entry's. */
  qosOf(device: number, stream: number): Qos {
    const own = streamOf(this.#plan, stream)?.qos ?? null;
    if (own !== null) return own;
    return this.#plan.entries[this.#plan.devices[device]?.entry ?? -1]?.qos ?? 0;
  }

  /** Streams whose messages are in the sum of classes. */
  get counted(): readonly StreamPlan[] {
    return this.#plan.streams.filter((stream) => stream.counted);
  }
}

const keyOf = (device: number, stream: number): number => device * STREAMS_MAX + stream;

const nameOf = ({ device, stream, n }: Identity): string => `${device}/${stream}/${n}`;
