/**
 * Why an oracle is out of the run. What one of them gets wrong is wrong with everyone who asked it,
 * in whatever lane, and with nobody else; so it is written down by kind, for the whole run, along
 * with who among the oracles leans on whom.
 */
export class OracleFailures {
  readonly #why = new Map<string, string>();
  readonly #asked = new Map<string, Set<string>>();

  noteAsked(asker: string, kind: string): void {
    const asked = this.#asked.get(asker);
    if (asked === undefined) this.#asked.set(asker, new Set([kind]));
    else asked.add(kind);
  }

  /** The first reason stays: what comes after it may only follow from it. */
  note(kind: string, why: string): void {
    if (!this.#why.has(kind)) this.#why.set(kind, why);
  }

  /** Nobody failed: asked for every entry, so without a look at anyone. */
  get isEmpty(): boolean {
    return this.#why.size === 0;
  }

  /** Its own failure, or that of one that it leans on; null while it is well. */
  of(kind: string): string | null {
    return this.isEmpty ? null : this.#whyOf(kind, new Set());
  }

  /** Whether it is such a one itself, or leans on one. */
  reaches(kind: string, is: (kind: string) => boolean, seen = new Set<string>()): boolean {
    seen.add(kind);
    if (is(kind)) return true;
    const asked = [...(this.#asked.get(kind) ?? [])];
    return asked.some((one) => !seen.has(one) && this.reaches(one, is, seen));
  }

  /** Who leans on whom may be a circle: that is a failure of its own. */
  #whyOf(kind: string, seen: Set<string>): string | null {
    seen.add(kind);
    for (const one of this.#asked.get(kind) ?? []) {
      const why = seen.has(one) ? null : this.#whyOf(one, seen);
      if (why !== null) return why;
    }
    return this.#why.get(kind) ?? null;
  }
}
