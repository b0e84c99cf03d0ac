/**
 * Bursts of loss after Gilbert and Elliott: cells of time are good or bad, good turns bad with
 * chance p, bad turns good with chance r. Loss share is p / (p + r), the mean burst 1 / r cells.
 * Instead of walking every cell, the lengths of the stays are drawn, which are geometric; a good
 * link costs one draw however long it is.
 */
import { unitAt } from '#kernel';

/** Cells [from, to) are bad. */
export interface Burst {
  from: number;
  to: number;
}

/**
 * The bursts among `cells` cells, the first of which is good. `key` should be used for nothing
 * else.
 */
export function* burstsIn(key: number, cells: number, p: number, r: number): Generator<Burst> {
  let at = 0;
  for (let draw = 0; ; draw += 2) {
    const from = at + stay(unitAt(key, draw), p);
    if (!(from < cells)) return;
    const to = Math.min(cells, from + stay(unitAt(key, draw + 1), r));
    yield { from, to };
    at = to;
  }
}

/**
 * The chance of turning bad that makes `share` of all cells bad, given the chance of turning good.
 */
export const badChanceFor = (share: number, r: number): number =>
  share >= 1 ? 1 : Math.min(1, (r * share) / (1 - share));

/**
 * How many cells a state lasts that ends with chance `leave` after each: at least one, Infinity for
 * never.
 */
function stay(unit: number, leave: number): number {
  if (leave <= 0) return Number.POSITIVE_INFINITY;
  if (leave >= 1) return 1;
  return 1 + Math.floor(Math.log(1 - unit) / Math.log1p(-leave));
}
