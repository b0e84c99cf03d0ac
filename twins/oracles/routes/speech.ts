/**
 * Through which of its two gateways the target has the newest that a child said, by what each of
 * the gateways took in and by what was acknowledged. Where both took it in, or one has it and may
 * not have brought it yet, nobody can say.
 */
export type Which = 'own' | 'other';

interface Reading {
  /** When each took it in. */
  own: number;
  other: number;
  /** When the child was told that the target has it. */
  acked: number;
}

const NEVER = Number.POSITIVE_INFINITY;

export class Speech {
  readonly #readings = new Map<number, Reading>();
  /** Made when somebody asks, since then all is known. */
  #sorted: Reading[] | null = null;

  took(n: number, which: Which, t: number): void {
    const reading = this.#at(n);
    reading[which] = Math.min(reading[which], t);
  }

  acked(n: number, t: number): void {
    const reading = this.#at(n);
    reading.acked = Math.min(reading.acked, t);
  }

  /** Who had brought the newest at `t`; what was acknowledged before `from` is forgotten. */
  through(t: number, from = Number.NEGATIVE_INFINITY): Which | null {
    /** Who has something that is newer, and may have brought it. */
    let open: Which | null = null;
    for (const { own, other, acked } of this.#newestFirst()) {
      if (own > t && other > t) continue;
      const which = other > t ? 'own' : 'other';
      if (own <= t && other <= t) return null;
      if (open !== null && open !== which) return null;
      if (acked <= t && acked > from) return which;
      open = which;
    }
    // A target that nobody else has told anything goes by its own.
    return this.#newestFirst().every(({ other }) => other > t) ? 'own' : null;
  }

  /** When the first was acknowledged that came through the other alone, in a span. */
  heardByOther(from: number, to: number): number | null {
    const heard = [...this.#readings.values()].flatMap(({ own, other, acked }) =>
      other >= from && other <= acked && acked <= to && own > acked ? [acked] : [],
    );
    return heard.length === 0 ? null : Math.min(...heard);
  }

  #newestFirst(): readonly Reading[] {
    this.#sorted ??= [...this.#readings]
      .sort(([one], [two]) => two - one)
      .map(([, reading]) => reading);
    return this.#sorted;
  }

  #at(n: number): Reading {
    this.#sorted = null;
    const known = this.#readings.get(n) ?? { own: NEVER, other: NEVER, acked: NEVER };
    this.#readings.set(n, known);
    return known;
  }
}
