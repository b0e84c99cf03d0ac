/**
 * What became of every message of a lane. Entries go in one by one, in O(1); at any time it can be
 * asked what the last entry meant (the first sight of a message, an extra one, a phantom …), and at
 * the end in which class each message came to rest. It knows what the target promised (see
 * standing.ts), so an honest broker that forgets its queue when killed has lost nothing it owed.
 */
import {
  FLAG,
  isWatched,
  type LedgerEntry,
  type LedgerEntryOf,
  type MessageEntry,
  type Plan,
  type Qos,
  streamOf,
} from '#kernel';
import { BeyondLimits } from './beyond-limits.ts';
import type { ConnectionOracle } from './connections.ts';
import { decideFate } from './fate.ts';
import { LaneMessages } from './lane-messages.ts';
import { HAPPENED, type MessageTable } from './message-table.ts';
import { emptyView, type MessageView } from './message-view.ts';
import { type News, NO_NEWS } from './news.ts';
import { defineOracle } from './oracle.ts';
import type { SightedMessage } from './sighted-messages.ts';
import type { Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    delivery: DeliveryOracle;
  }
}

export default defineOracle({
  kind: 'delivery',
  summary: 'what became of every message, and whether it is owed',
  scope: 'lane',
  start: ({ plan, timeline, devices, of }) =>
    new DeliveryOracle({ plan, timeline, devices, connections: of('connections') }),
});

export interface DeliveryInput {
  plan: Plan;
  timeline: Timeline;
  devices: readonly number[];
  connections: ConnectionOracle;
}

export class DeliveryOracle {
  readonly news: News = { ...NO_NEWS };
  readonly #input: DeliveryInput;
  readonly #messages: LaneMessages;
  readonly #limits: BeyondLimits;
  readonly #reasons: string[] = [];
  readonly #shared = emptyView();
  /** Of a row of a store that is not ours the bytes may be unknown; our own platform knows them. */
  readonly #mayKeepNoBytes: boolean;
  /** Extra deliveries, over all streams. */
  duplicates = 0;

  constructor(input: DeliveryInput) {
    this.#input = input;
    this.#messages = new LaneMessages(input.plan, input.devices);
    this.#limits = new BeyondLimits(input);
    this.#mayKeepNoBytes = input.plan.target.store !== undefined;
  }

  step(entry: LedgerEntry): void {
    const news = Object.assign(this.news, NO_NEWS);
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
        this.#messages.admit(entry)?.mark(entry.n, HAPPENED.refused);
        break;
      case 'let-go':
        this.#letGo(entry);
        break;
      case 'abandoned':
        this.#abandoned(entry);
        break;
      case 'observed':
        if (this.#isWill(entry)) news.kind = 'will';
        else if (this.#goesDown(entry)) this.#passing(entry);
        else this.#seen(entry, HAPPENED.observed);
        break;
      case 'received':
        if (this.#messages.isOfTarget(entry)) this.#targetSent(entry);
        else this.#seen(entry, HAPPENED.received);
        break;
      case 'stored':
        if (!this.#messages.isOfTarget(entry)) this.#stored(entry);
        break;
    }
  }

  /** Every intended message of the lane, with its fate. The view is reused. */
  each(visit: (message: MessageView) => void): void {
    const streams = this.#messages.counted;
    for (const device of this.#input.devices) {
      for (const { code } of streams) {
        for (const [n, message] of this.#messages.ofTarget.of(device, code)) {
          visit(this.#viewOfTarget(message, device, code, n));
        }
        const table = this.#messages.table(device, code);
        table?.each((n) => visit(this.#view(table, device, code, n)));
      }
    }
  }

  /** One message, with its fate; null when nothing is known of it. */
  find(device: number, stream: number, n: number): MessageView | null {
    const message = this.#ofTarget({ device, stream, n });
    if (message !== undefined) return this.#viewOfTarget(message, device, stream, n);
    const table = this.#messages.table(device, stream);
    if (table === undefined || n >= table.length) return null;
    return this.#view(table, device, stream, n);
  }

  /** How many messages of a stream the plan itself intends. */
  plannedCount(device: number, stream: number): number {
    return this.#messages.plannedCount(device, stream);
  }

  /** Whether these bytes were sent under this identity. */
  wasSentAs(device: number, stream: number, n: number, hash: number): boolean {
    return this.#messages.wasSentAs({ device, stream, n }, hash);
  }

  /** QoS of a message: its stream's own, else the entry's. */
  qosOf(device: number, stream: number): Qos {
    return this.#messages.qosOf(device, stream);
  }

  /** Every message sent so far in a stream: its bytes' hash, and whether it was seen by `how`. */
  eachSent(
    device: number,
    stream: number,
    how: number,
    visit: (n: number, hash: number, isSeen: boolean) => void,
  ): void {
    const table = this.#messages.table(device, stream);
    table?.each((n) => {
      if (table.has(n, HAPPENED.sent)) visit(n, table.hash(n), table.has(n, how));
    });
  }

  /** When a message was first sent, in microseconds; -1 when it was not. */
  sentAtOf(device: number, stream: number, n: number): number {
    const table = this.#messages.table(device, stream);
    return table?.has(n, HAPPENED.sent) ? table.sentAt(n) : -1;
  }

  /** Low byte of the number of the connection that a message was first sent on. */
  connectionOf(device: number, stream: number, n: number): number {
    return this.#messages.table(device, stream)?.markOf(n) ?? 0;
  }

  #goesDown({ stream }: MessageEntry): boolean {
    return streamOf(this.#input.plan, stream)?.way === 'down';
  }

  /** By its receipts, or where its device has none, as observers saw it. */
  #ofTarget(message: Pick<MessageEntry, 'device' | 'stream' | 'n'>): SightedMessage | undefined {
    const { ofTarget, passing } = this.#messages;
    const { device, stream, n } = message;
    const received = ofTarget.of(device, stream).get(n);
    if (received !== undefined || !this.#messages.isOfTarget(message)) return received;
    return passing.of(device, stream).get(n);
  }

  /** Published by the target in the device's name: no sending of ours leads up to it. */
  #isWill({ stream }: MessageEntry): boolean {
    return streamOf(this.#input.plan, stream)?.schedule.by === 'attempt';
  }

  #sent(entry: LedgerEntryOf<'sent'>): void {
    const { device, n, hash } = entry;
    this.#messages.noteUnasked(entry, hash);
    const table = this.#messages.admit(entry);
    if (table === null) return;
    this.news.kind = 'sent';
    this.news.intended = entry.t - entry.late;
    if (!table.has(n, HAPPENED.sent)) {
      table.mark(n, n < table.maxSent ? HAPPENED.sent | HAPPENED.sentLate : HAPPENED.sent);
      table.setSentAt(n, entry.t);
      table.setHash(n, hash);
      table.setMark(n, this.#input.connections.over(device).connections.length);
      table.maxSent = Math.max(table.maxSent, n);
      this.#messages.noteIntended(entry, entry.t - entry.late);
      this.#limits.sent(entry, this.qosOf(device, entry.stream), table);
    } else {
      table.mark(n, againAs(entry, table.has(n, HAPPENED.received)));
      if (table.hash(n) !== hash) this.#messages.noteOtherBytes(entry, hash);
    }
    table.countSent(n);
  }

  #acked(entry: LedgerEntryOf<'acked'>): void {
    const table = this.#messages.admit(entry);
    if (table === null) return;
    this.news.kind = 'acked';
    if (table.has(entry.n, HAPPENED.acked)) return;
    this.#limits.ended(entry, table);
    table.mark(entry.n, HAPPENED.acked);
    table.setAckedAt(entry.n, entry.t);
  }

  #abandoned(entry: LedgerEntryOf<'abandoned'>): void {
    const table = this.#messages.admit(entry);
    if (table === null) return;
    this.#limits.ended(entry, table);
    table.mark(entry.n, HAPPENED.abandoned);
  }

  /** Of what the target sent of its own we keep no account that this could be the end of. */
  #letGo(entry: LedgerEntryOf<'let-go'>): void {
    if (this.#messages.isOfTarget(entry)) return;
    this.#messages.admit(entry)?.mark(entry.n, HAPPENED.letGo);
  }

  #notSent(entry: LedgerEntryOf<'not-sent'>): void {
    const table = this.#messages.admit(entry);
    if (table === null) return;
    table.mark(entry.n, HAPPENED.notSent);
    if (table.has(entry.n, HAPPENED.sent)) return;
    let reason = this.#reasons.indexOf(entry.why);
    if (reason < 0 && this.#reasons.length < 255) reason = this.#reasons.push(entry.why) - 1;
    table.setMark(entry.n, reason < 0 ? 255 : reason);
  }

  #seen(entry: LedgerEntryOf<'observed'> | LedgerEntryOf<'received'>, how: number): void {
    const { device, stream, n, hash } = entry;
    const news = this.news;
    if (this.#messages.isHonestThoughUnasked(entry, hash)) return;
    const table = this.#messages.table(device, stream);
    if (table?.has(n, HAPPENED.sent) !== true) {
      news.kind = 'phantom';
      return;
    }
    news.intended = this.#messages.intendedAt(entry);
    if (!this.#messages.wasSentAs(entry, hash)) {
      news.altered = true;
      table.mark(n, HAPPENED.altered);
    }
    const isRetained = (entry.flags & FLAG.retain) !== 0;
    if (table.has(n, how)) {
      // A subscriber that comes back is given the retained value again: no delivery of its own,
      // whether what waited in its queue came before it or comes after.
      if (isRetained || table.has(n, HAPPENED.handedOver)) {
        if (!isRetained) table.unmark(n, HAPPENED.handedOver);
        news.kind = 'replay';
        return;
      }
      news.kind = 'extra';
      table.countSeen(n);
      news.seenCount = table.seenCount(n);
      news.firstAt = table.seenAt(n);
      this.duplicates++;
      return;
    }
    news.kind = 'first-seen';
    table.mark(n, how);
    table.setSeenAt(n, entry.t);
    table.countSeen(n);
    news.seenCount = table.seenCount(n);
    news.firstAt = entry.t;
    // It may be handed over ahead of older ones that wait.
    if (isRetained) table.mark(n, HAPPENED.handedOver);
    else this.#noteOrder(table, n);
  }

  /**
   * Before an observer, on its way to its device: whoever sent it has sent it, or it is invented;
   * it goes by once for each time.
   */
  #passing(entry: LedgerEntryOf<'observed'>): void {
    const { device, stream, n, hash } = entry;
    const news = this.news;
    const messages = this.#messages;
    if (messages.isHonestThoughUnasked(entry, hash)) return;
    const isOfTarget = messages.isOfTarget(entry);
    const isSent = isOfTarget
      ? !messages.isAnswerToNothing(entry)
      : messages.table(device, stream)?.has(n, HAPPENED.sent) === true;
    if (!isSent) {
      news.kind = 'phantom';
      return;
    }
    const before = messages.passing.of(device, stream).get(n)?.seenCount;
    const sighted = messages.passing.see(entry);
    news.altered = isOfTarget ? sighted.hash !== hash : !messages.wasSentAs(entry, hash);
    news.seenCount = sighted.seenCount;
    news.firstAt = sighted.seenAt;
    if (before === undefined) news.kind = 'passing';
    else news.kind = sighted.seenCount > before ? 'passing-again' : 'replay';
  }

  /** In which order it sent them nobody knows. */
  #targetSent(entry: LedgerEntryOf<'received'>): void {
    const news = this.news;
    if (this.#messages.isAnswerToNothing(entry)) {
      news.kind = 'phantom';
      return;
    }
    const seenBefore = this.#messages.ofTarget
      .of(entry.device, entry.stream)
      .get(entry.n)?.seenCount;
    const { seenCount, seenAt, hash } = this.#messages.ofTarget.see(entry);
    news.altered = hash !== entry.hash;
    news.seenCount = seenCount;
    news.firstAt = seenAt;
    news.kind =
      seenBefore === undefined ? 'first-seen' : seenCount > seenBefore ? 'extra' : 'replay';
    if (news.kind === 'extra') this.duplicates++;
  }

  #noteOrder(table: MessageTable, n: number): void {
    if (n < table.maxSeen) {
      this.news.overtakenBy = table.maxSeen;
      this.news.overtakenByOne = n > table.maxSeenBefore;
    } else {
      table.maxSeenBefore = table.maxSeen;
      table.maxSeen = n;
    }
  }

  #stored(entry: LedgerEntryOf<'stored'>): void {
    const { device, stream, n, hash } = entry;
    if (this.#messages.isHonestThoughUnasked(entry, hash)) return;
    const table = this.#messages.table(device, stream);
    if (table?.has(n, HAPPENED.sent) !== true) {
      this.news.kind = 'phantom';
      return;
    }
    this.news.kind = 'stored';
    // Of what observers see it is they who count.
    if (!isWatched(this.#input.plan, device)) this.#countStored(table, n);
    const isSilent = hash === 0 && this.#mayKeepNoBytes;
    if (!isSilent && !this.#messages.wasSentAs(entry, hash)) {
      this.news.altered = true;
      table.mark(n, HAPPENED.altered);
    }
    table.mark(n, HAPPENED.stored);
  }

  #countStored(table: MessageTable, n: number): void {
    table.countSeen(n);
    this.news.seenCount = table.seenCount(n);
    if (!table.has(n, HAPPENED.stored)) return;
    this.news.kind = 'stored-again';
    this.duplicates++;
  }

  #view(table: MessageTable, device: number, stream: number, n: number): MessageView {
    const view = this.#shared;
    view.device = device;
    view.stream = stream;
    view.n = n;
    view.qos = this.qosOf(device, stream);
    view.intended = this.#messages.intendedAt(view);
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

  /** Sent at the latest when it came first; an answer once for each time that it was asked for. */
  #viewOfTarget(message: SightedMessage, device: number, stream: number, n: number): MessageView {
    const view = Object.assign(this.#shared, emptyView(), { device, stream, n }, message);
    const asked = this.#messages.askedBy(view);
    view.qos = this.qosOf(device, stream);
    view.sentAt = Math.min(asked?.sentAt ?? message.seenAt, message.seenAt);
    view.sentCount = asked?.sentCount ?? 1;
    decideFate(view, 'other', this.#input);
    return view;
  }
}

/** It went out once more: as what it was, or as a message of its own. */
function againAs({ flags }: LedgerEntryOf<'sent'>, isThere: boolean): number {
  if (flags & FLAG.resend) return HAPPENED.resent;
  return isThere ? HAPPENED.sentAgain | HAPPENED.sentThoughSeen : HAPPENED.sentAgain;
}
