/**
 * Which of the numbers 0, 1, 2 … have been seen, in memory that grows with the gaps and not with
 * the numbers: the trick that lets every message of a hundred thousand devices be accounted for
 * while the run goes on.
 */
const NONE: number[] = [];

export class IntervalSet {
  /** Flat, sorted, disjoint, non-adjacent: [from0, to0, from1, to1 …), `to` exclusive. */
  #edges: number[] = NONE;

  /** True when `n` was new, false when it had been seen before. */
  add(n: number): boolean {
    const edges = this.#edges;
    const last = edges.length - 1;
    if (last < 0) {
      // Just as long as it must be: most sets are one run, and there are two per device.
      this.#edges = [n, n + 1];
      return true;
    }
    if (n === edges[last]) {
      edges[last] = n + 1;
      return true;
    }
    const at = this.#firstEdgeAbove(n);
    if (at % 2 === 1) return false;
    const joinsLeft = at > 0 && edges[at - 1] === n;
    const joinsRight = at < edges.length && edges[at] === n + 1;
    if (joinsLeft && joinsRight) edges.splice(at - 1, 2);
    else if (joinsLeft) edges[at - 1] = n + 1;
    else if (joinsRight) edges[at] = n;
    else edges.splice(at, 0, n, n + 1);
    return true;
  }

  has(n: number): boolean {
    return this.#firstEdgeAbove(n) % 2 === 1;
  }

  get size(): number {
    let sum = 0;
    for (let i = 0; i < this.#edges.length; i += 2)
      sum += (this.#edges[i + 1] ?? 0) - (this.#edges[i] ?? 0);
    return sum;
  }

  /** How many separate runs it holds: the measure of its memory. */
  get intervals(): number {
    return this.#edges.length / 2;
  }

  *[Symbol.iterator](): Generator<readonly [from: number, to: number]> {
    for (let i = 0; i < this.#edges.length; i += 2)
      yield [this.#edges[i] ?? 0, this.#edges[i + 1] ?? 0];
  }

  #firstEdgeAbove(n: number): number {
    let low = 0;
    let high = this.#edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#edges[middle] as number) > n) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
