/**
 * What was sent beyond a limit that the target declares: more at one time on one connection than it
 * holds without an answer, or more to an absent device than it queues for one session. It may drop
 * such a message, acknowledged or not, so none of them is owed. Which ones of a queue that ran over
 * go is not declared, so all that waited in it count.
 */
import { carrierOf, type MessageEntry, type Plan, type Qos, streamOf } from '#kernel';
import type { ConnectionOracle } from './connections.ts';
import { HAPPENED, type MessageTable } from './message-table.ts';
import { isDisturbed, type Timeline } from './timeline.ts';

/** A message where it is kept. */
type Kept = [table: MessageTable, n: number];

export class BeyondLimits {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #connections: ConnectionOracle;
  /** By the device whose connection they go over. */
  readonly #unanswered = new Map<number, number>();
  /** By the device in whose session they wait, since it was last there. */
  readonly #waiting = new Map<number, Kept[]>();

  constructor(around: { plan: Plan; timeline: Timeline; connections: ConnectionOracle }) {
    this.#plan = around.plan;
    this.#timeline = around.timeline;
    this.#connections = around.connections;
  }

  /** It was sent for the first time. */
  sent(entry: MessageEntry & { t: number }, qos: Qos, table: MessageTable): void {
    if (qos === 0) return;
    const over = carrierOf(this.#plan, entry.device);
    if (this.#goesDown(entry)) return this.#queued(over, entry, table);
    const before = this.#unanswered.get(over) ?? 0;
    this.#unanswered.set(over, before + 1);
    const { inflightLimit } = this.#plan.target.guarantees;
    if (before >= inflightLimit) table.mark(entry.n, HAPPENED.beyond);
  }

  /** It has its answer, or nobody waits for one any more. */
  ended(entry: MessageEntry, table: MessageTable): void {
    const isOver = HAPPENED.acked | HAPPENED.abandoned;
    if (!table.has(entry.n, HAPPENED.sent) || table.has(entry.n, isOver)) return;
    if (this.#goesDown(entry)) return;
    const over = carrierOf(this.#plan, entry.device);
    this.#unanswered.set(over, Math.max(0, (this.#unanswered.get(over) ?? 0) - 1));
  }

  #queued(over: number, { n, t }: MessageEntry & { t: number }, table: MessageTable): void {
    if (!this.#isAway(over, t)) {
      this.#waiting.delete(over);
      return;
    }
    const waiting = this.#waiting.get(over) ?? [];
    waiting.push([table, n]);
    this.#waiting.set(over, waiting);
    const { queueLimit } = this.#plan.target.guarantees;
    if (waiting.length <= queueLimit) return;
    // With the first that is too many all that wait are; later ones join them one by one.
    const news = waiting.length === queueLimit + 1 ? waiting : waiting.slice(-1);
    for (const [kept, number] of news) kept.mark(number, HAPPENED.beyond);
  }

  /** Nobody takes anything out of its session. */
  #isAway(device: number, t: number): boolean {
    const last = this.#connections.of(device).connections.at(-1);
    if (last?.to !== Number.POSITIVE_INFINITY) return true;
    return isDisturbed(this.#timeline, device, { from: t, to: t + 1 });
  }

  #goesDown({ stream }: MessageEntry): boolean {
    return streamOf(this.#plan, stream)?.way === 'down';
  }
}
