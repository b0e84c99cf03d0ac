/**
 * Looks at retained values in the midst of a run, gathered by lane. The plan says which lanes each
 * one was to look at; only one that its shard says came to its end proves that a value was missing.
 */
import { addTo, type LedgerEntryOf, type Plan } from '#kernel';
import type { Look } from './timeline.ts';

export class Looks {
  readonly #plan: Plan;
  readonly #open = new Map<number, number>();
  readonly #byLane = new Map<number, Look[]>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** `lanes`: those of the segment that says so. */
  step({ t, look, begins, complete }: LedgerEntryOf<'look'>, lanes: readonly number[]): void {
    if (begins) {
      this.#open.set(look, t);
      return;
    }
    const from = this.#open.get(look);
    this.#open.delete(look);
    if (from === undefined || !complete) return;
    const mine = this.#plan.observers.looks?.[look]?.lanes ?? [];
    for (const lane of lanes.filter((one) => mine.includes(one))) {
      addTo(this.#byLane, lane, { look, from, to: t });
    }
  }

  /** The segment is over, and with it what it left open. */
  close(): void {
    this.#open.clear();
  }

  of(lane: number): readonly Look[] {
    return this.#byLane.get(lane) ?? [];
  }
}
