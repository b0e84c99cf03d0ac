/**
 * What is worth a look, noted lane by lane while a run is judged: of each sort the few that stand
 * out most. What is in it does not depend on the order of the lanes.
 */
import type { Plan } from '#kernel';
import { idOf, type Ref } from './ids.ts';

/** So many of one sort are kept. */
const SIGHTS_KEPT = 8;

export interface Sight {
  id: string;
  /** Index into the plan's devices, in whose life it is told; -1 for none. */
  device: number;
  /** Why: `slowest`, `alarm of too-warm`. */
  why: string;
  /** Microseconds. */
  at: number;
  /** How long it took; null where that says nothing. */
  tookUs: number | null;
}

interface Ranked extends Sight {
  rank: number;
}

export class Sights {
  readonly #plan: Plan;
  readonly #sorts = new Map<string, Ranked[]>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** The higher the rank, the more it stands out; below the last of its sort it is not kept. */
  note(sort: string, rank: number, ref: Ref, sight: Omit<Sight, 'id' | 'device'>): void {
    let kept = this.#sorts.get(sort);
    if (kept === undefined) {
      kept = [];
      this.#sorts.set(sort, kept);
    }
    const last = kept[SIGHTS_KEPT - 1];
    if (last !== undefined && rank < last.rank) return;
    kept.push({ rank, id: idOf(this.#plan, ref), device: ref.device, ...sight });
    kept.sort((a, b) => b.rank - a.rank || (a.id < b.id ? -1 : 1));
    kept.length = Math.min(kept.length, SIGHTS_KEPT);
  }

  /** By sort, in the order of their names. */
  sorts(): [sort: string, sights: Sight[]][] {
    return [...this.#sorts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([sort, kept]) => [sort, standing(kept).map(({ rank: _, ...sight }) => sight)]);
  }
}

/** Beside those that stand out, what ranks at nothing does not; alone it is an example. */
const standing = (kept: readonly Ranked[]): readonly Ranked[] =>
  (kept[0]?.rank ?? 0) > 0 ? kept.filter(({ rank }) => rank > 0) : kept;
