/**
 * What a child with two gateways had to say of its own, and when: what the plan has it sample, but
 * for what it held back. A child that has nothing to say is silent without any fault.
 */
import { dueAt, type Plan, plannedCount, type StreamPlan, skipsOf, streamOf } from '#kernel';
import type { Span } from '../timeline.ts';

export class Offers {
  readonly #plan: Plan;
  readonly #sampled: readonly StreamPlan[];
  /** By child, `stream/n` of what it never had to say. */
  readonly #heldBack = new Map<number, Set<string>>();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#sampled = plan.streams.filter(({ schedule }) => schedule.by === 'sampling');
  }

  /** What found no room, or was lost, it had to say all the same. */
  notSent(child: number, stream: number, n: number, why: string): void {
    if (this.#plan.devices[child]?.fallBack === undefined) return;
    if (!skipsOf(streamOf(this.#plan, stream)).includes(why)) return;
    const heldBack = this.#heldBack.get(child) ?? new Set();
    this.#heldBack.set(child, heldBack.add(`${stream}/${n}`));
  }

  /** Whether something of it was due then. */
  hasIn(child: number, { from, to }: Span): boolean {
    const heldBack = this.#heldBack.get(child);
    return this.#sampled.some((stream) => {
      const count = plannedCount(this.#plan, stream, child);
      for (let n = this.#firstFrom(stream, child, from); n < count; n++) {
        if ((dueAt(this.#plan, stream, child, n) ?? 0) * 1000 > to) return false;
        if (heldBack?.has(`${stream.code}/${n}`) !== true) return true;
      }
      return false;
    });
  }

  #firstFrom(stream: StreamPlan, child: number, from: number): number {
    const [first, second] = [0, 1].map((n) => dueAt(this.#plan, stream, child, n) ?? 0);
    const [firstMs = 0, everyMs = 0] = [first, (second ?? 0) - (first ?? 0)];
    return everyMs <= 0 ? 0 : Math.max(0, Math.ceil((from / 1000 - firstMs) / everyMs));
  }
}
