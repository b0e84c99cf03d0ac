/**
 * What became of every message of a lane. Entries go in one by one, in O(1); at any time it can be
 * asked what the last entry meant (the first sight of a message, an extra one, a phantom …), and at
 * the end in which class each message came to rest. It knows what the target promised (see
 * standing.ts), so an honest broker that forgets its queue when killed has lost nothing it owed.
 */
import {
  commandAt,
  type Entry,
  FLAG,
  type Plan,
  type Qos,
  STREAMS,
  sampleAt,
  scheduledCount,
} from '#kernel';
import type { ConnectionOracle } from './connections.ts';
import { decideFate } from './fate.ts';
import { HAPPENED, MessageTable } from './message-table.ts';
import { emptyView, type MessageView } from './message-view.ts';
import { STREAM } from './streams.ts';
import type { Timeline } from './timeline.ts';

/** What the last entry meant. */
export interface News {
  kind:
    | 'none'
    | 'sent'
    | 'acked'
    | 'first-seen'
    | 'extra'
    | 'replay'
    | 'stored'
    | 'will'
    | 'phantom';
  altered: boolean;
  /** For a first sight: the larger n that came before it, or -1. */
  overtakenBy: number;
  /** That one alone came before it, and so is the one that is out of place. */
  overtakenByOne: boolean;
  /** Microseconds the message was intended at; -1 when unknown. */
  intended: number;
}

export interface DeliveryInput {
  plan: Plan;
  timeline: Timeline;
  devices: readonly number[];
  connections: ConnectionOracle;
}

export class DeliveryOracle {
  readonly news: News = {
    kind: 'none',
    altered: false,
    overtakenBy: -1,
    overtakenByOne: false,
    intended: -1,
  };
  readonly #input: DeliveryInput;
  readonly #tables = new Map<number, MessageTable>();
  readonly #otherHashes = new Map<string, number[]>();
  readonly #reasons: string[] = [];
  readonly #commandOffsets: ReadonlyMap<number, number>;
  readonly #planned = new Map<number, number>();
  /** Messages of ours with numbers that no plan reaches: answers to commands that nobody gave. By identity. */
  readonly #unplanned = new Map<string, number>();
  /** Of streams whose schedule is not in the plan: when each was intended, by identity. */
  readonly #intended = new Map<number, number[]>();
  /** Extra deliveries, over all streams. */
  duplicates = 0;

  constructor(input: DeliveryInput) {
    this.#input = input;
    const mine = new Set(input.devices);
    const commanded = input.plan.commands?.devices ?? [];
    this.#commandOffsets = new Map(
      commanded.flatMap(({ device, offsetMs }) => (mine.has(device) ? [[device, offsetMs]] : [])),
    );
    for (const device of input.devices) {
      const row = input.plan.devices[device];
      if (row === undefined) continue;
      this.#plan(device, STREAM.telemetry, scheduledCount(input.plan, row));
      if (this.#commandOffsets.has(device)) {
        this.#plan(device, STREAM.command, plannedCommands(input.plan, device));
      }
    }
  }

  step(entry: Entry): void {
    const news = this.news;
    news.kind = 'none';
    news.altered = false;
    news.overtakenBy = -1;
    news.overtakenByOne = false;
    news.intended = -1;
    switch (entry.op) {
      case 'sent':
        this.#sent(entry);
        break;
      case 'acked':
        this.#acked(entry);
        break;
      case 'not-sent':
        this.#notSent(entry);
        break;
      case 'refused':
        this.#note(entry, HAPPENED.refused);
        break;
      case 'abandoned':
        this.#note(entry, HAPPENED.abandoned);
        break;
      case 'observed':
        if (entry.stream === STREAM.will) news.kind = 'will';
        else this.#seen(entry, HAPPENED.observed);
        break;
      case 'received':
        this.#seen(entry, HAPPENED.received);
        break;
      case 'stored':
        this.#stored(entry);
        break;
    }
  }

  /** Every intended message of the lane, with its fate. The view is reused. */
  each(visit: (message: MessageView) => void): void {
    const streams = [STREAM.telemetry, STREAM.status, STREAM.command, STREAM.answer];
    for (const device of this.#input.devices) {
      for (const stream of streams) {
        const table = this.#tables.get(device * STREAMS.length + stream);
        if (table === undefined) continue;
        for (let n = 0; n < table.length; n++) {
          if (table.flags(n) === 0 && n >= this.plannedCount(device, stream)) continue;
          visit(this.#view(table, device, stream, n));
        }
      }
    }
  }

  /** One message, with its fate; null when nothing is known of it. */
  find(device: number, stream: number, n: number): MessageView | null {
    const table = this.#tables.get(device * STREAMS.length + stream);
    if (table === undefined || n >= table.length) return null;
    return this.#view(table, device, stream, n);
  }

  /** How many messages of a stream the plan itself intends: telemetry and commands. */
  plannedCount(device: number, stream: number): number {
    return this.#planned.get(device * STREAMS.length + stream) ?? 0;
  }

  /** Whether these bytes were sent under this identity. */
  wasSentAs(device: number, stream: number, n: number, hash: number): boolean {
    const table = this.#tables.get(device * STREAMS.length + stream);
    if (table === undefined || !table.has(n, HAPPENED.sent)) return false;
    if (table.hash(n) === hash) return true;
    return this.#otherHashes.get(identity(device, stream, n))?.includes(hash) ?? false;
  }

  /** Microseconds; -1 when neither the plan nor a `sent` entry tells it. */
  intendedAt(device: number, stream: number, n: number): number {
    const { plan } = this.#input;
    const row = plan.devices[device];
    const entry = plan.entries[row?.entry ?? -1];
    if (row === undefined || entry === undefined) return -1;
    if (stream === STREAM.telemetry) return sampleAt(entry, row, n) * 1000;
    const offset = this.#commandOffsets.get(device);
    if (stream === STREAM.command && plan.commands !== null && offset !== undefined) {
      return commandAt(plan.commands, offset, n) * 1000;
    }
    return this.#intended.get(device * STREAMS.length + stream)?.[n] ?? -1;
  }

  /** QoS of a message: the commander's for commands, else the entry's. */
  qosOf(device: number, stream: number): Qos {
    const { plan } = this.#input;
    if (stream === STREAM.command) return plan.commands?.qos ?? 0;
    return plan.entries[plan.devices[device]?.entry ?? -1]?.qos ?? 0;
  }

  #plan(device: number, stream: number, count: number): void {
    const key = device * STREAMS.length + stream;
    this.#planned.set(key, count);
    this.#tables.set(key, new MessageTable(count));
  }

  /** The stream's table with room for n, for entries that we wrote about our own messages. */
  #tableFor(entry: Entry): MessageTable | null {
    if (this.#isUnplanned(entry)) return null;
    const key = entry.device * STREAMS.length + entry.stream;
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = new MessageTable(0);
      this.#tables.set(key, table);
    }
    return table.admit(entry.n) ? table : null;
  }

  /** An answer to a command that was never given: the target made it up, but the answer is honest. */
  #isUnplanned({ device, stream, n }: Entry): boolean {
    return stream === STREAM.answer && n >= this.plannedCount(device, STREAM.command);
  }

  #sent(entry: Entry): void {
    const { device, stream, n } = entry;
    if (this.#isUnplanned(entry)) this.#unplanned.set(identity(device, stream, n), entry.hash);
    const table = this.#tableFor(entry);
    if (table === null) return;
    this.news.kind = 'sent';
    this.news.intended = entry.t - entry.a;
    if (!table.has(n, HAPPENED.sent)) {
      table.mark(n, n < table.maxSent ? HAPPENED.sent | HAPPENED.sentLate : HAPPENED.sent);
      table.setSentAt(n, entry.t);
      table.setHash(n, entry.hash);
      table.setMark(n, this.#input.connections.of(device).connections.length);
      if (n > table.maxSent) table.maxSent = n;
      if (stream === STREAM.status || stream === STREAM.answer) {
        this.#remember(device, stream, n, entry.t - entry.a);
      }
    } else {
      table.mark(n, entry.flags & FLAG.resend ? HAPPENED.resent : HAPPENED.sentAgain);
      if (table.hash(n) !== entry.hash) {
        const key = identity(device, stream, n);
        this.#otherHashes.set(key, [...(this.#otherHashes.get(key) ?? []), entry.hash]);
      }
    }
    table.countSent(n);
  }

  #remember(device: number, stream: number, n: number, intended: number): void {
    const key = device * STREAMS.length + stream;
    const list = this.#intended.get(key) ?? [];
    list[n] = intended;
    this.#intended.set(key, list);
  }

  #acked(entry: Entry): void {
    const table = this.#tableFor(entry);
    if (table === null) return;
    this.news.kind = 'acked';
    if (table.has(entry.n, HAPPENED.acked)) return;
    table.mark(entry.n, HAPPENED.acked);
    table.setAckedAt(entry.n, entry.t);
  }

  #notSent(entry: Entry): void {
    const table = this.#tableFor(entry);
    if (table === null) return;
    table.mark(entry.n, HAPPENED.notSent);
    if (table.has(entry.n, HAPPENED.sent)) return;
    let reason = this.#reasons.indexOf(entry.text);
    if (reason < 0 && this.#reasons.length < 255) reason = this.#reasons.push(entry.text) - 1;
    table.setMark(entry.n, reason < 0 ? 255 : reason);
  }

  #note(entry: Entry, what: number): void {
    this.#tableFor(entry)?.mark(entry.n, what);
  }

  #seen(entry: Entry, how: number): void {
    const { device, stream, n, hash } = entry;
    const news = this.news;
    if (this.#isUnplanned(entry) && this.#unplanned.get(identity(device, stream, n)) === hash)
      return;
    const table = this.#tables.get(device * STREAMS.length + stream);
    if (table === undefined || n >= table.length || !table.has(n, HAPPENED.sent)) {
      news.kind = 'phantom';
      return;
    }
    news.intended = this.intendedAt(device, stream, n);
    if (!this.wasSentAs(device, stream, n, hash)) {
      news.altered = true;
      table.mark(n, HAPPENED.altered);
    }
    if (table.has(n, how)) {
      // A subscriber that comes back is given the retained value again: no delivery of its own.
      if (entry.flags & FLAG.retain) {
        news.kind = 'replay';
        return;
      }
      news.kind = 'extra';
      table.countSeen(n);
      this.duplicates++;
      return;
    }
    news.kind = 'first-seen';
    table.mark(n, how);
    table.setSeenAt(n, entry.t);
    table.countSeen(n);
    if (n < table.maxSeen) {
      news.overtakenBy = table.maxSeen;
      news.overtakenByOne = n > table.maxSeenBefore;
    } else {
      table.maxSeenBefore = table.maxSeen;
      table.maxSeen = n;
    }
  }

  #stored(entry: Entry): void {
    const { device, stream, n, hash } = entry;
    if (this.#isUnplanned(entry) && this.#unplanned.get(identity(device, stream, n)) === hash)
      return;
    const table = this.#tables.get(device * STREAMS.length + stream);
    if (table === undefined || n >= table.length || !table.has(n, HAPPENED.sent)) {
      this.news.kind = 'phantom';
      return;
    }
    this.news.kind = 'stored';
    if (!this.wasSentAs(device, stream, n, hash)) {
      this.news.altered = true;
      table.mark(n, HAPPENED.altered);
    }
    table.mark(n, HAPPENED.stored);
  }

  readonly #shared = emptyView();

  #view(table: MessageTable, device: number, stream: number, n: number): MessageView {
    const view = this.#shared;
    view.device = device;
    view.stream = stream;
    view.n = n;
    view.qos = this.qosOf(device, stream);
    view.intended = this.intendedAt(device, stream, n);
    view.flags = table.flags(n);
    view.sentCount = table.sentCount(n);
    view.seenCount = table.seenCount(n);
    view.sentAt = table.sentAt(n);
    view.ackedAt = table.ackedAt(n);
    view.seenAt = table.seenAt(n);
    view.hash = table.hash(n);
    decideFate(view, this.#reasons[table.markOf(n)] ?? 'other', this.#input);
    return view;
  }

  /** Every message sent so far in a stream: its bytes' hash, and whether it was seen by `how`. */
  eachSent(
    device: number,
    stream: number,
    how: number,
    visit: (n: number, hash: number, isSeen: boolean) => void,
  ): void {
    const table = this.#tables.get(device * STREAMS.length + stream);
    if (table === undefined) return;
    for (let n = 0; n < table.length; n++) {
      if (table.has(n, HAPPENED.sent)) visit(n, table.hash(n), table.has(n, how));
    }
  }

  /** When a message was first sent, in microseconds; -1 when it was not. */
  sentAtOf(device: number, stream: number, n: number): number {
    const table = this.#tables.get(device * STREAMS.length + stream);
    return table?.has(n, HAPPENED.sent) ? table.sentAt(n) : -1;
  }

  /** Low byte of the number of the connection that a message was first sent on. */
  connectionOf(device: number, stream: number, n: number): number {
    return this.#tables.get(device * STREAMS.length + stream)?.markOf(n) ?? 0;
  }
}

/** Commands the plan intends for a device. */
export function plannedCommands(plan: Plan, device: number): number {
  const { commands } = plan;
  const offset = commands?.devices.find((one) => one.device === device)?.offsetMs;
  const end = plan.phases.find((phase) => phase.name === 'drain')?.from ?? 0;
  if (commands === null || offset === undefined || commands.everyMs <= 0) return 0;
  return Math.max(0, Math.ceil((end - commands.firstAt - offset) / commands.everyMs));
}

const identity = (device: number, stream: number, n: number): string => `${device}/${stream}/${n}`;
