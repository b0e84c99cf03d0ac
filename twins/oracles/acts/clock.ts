/**
 * By how much the clock of the target is ahead of the run's: it says by its own since when it does
 * an act, and that lies between the operator's word and its answer. The shortest such while tells
 * it best.
 */
export class TargetClock {
  /** By act, when it was asked for last, and when that was answered; milliseconds of the run. */
  readonly #asked = new Map<string, { first: number; asked: number; answered: number | null }>();
  readonly #began = new Map<string, number>();

  asked(act: string, t: number): void {
    const first = this.#asked.get(act)?.first ?? t;
    this.#asked.set(act, { first, asked: t, answered: null });
  }

  answered(act: string, status: number, t: number): void {
    const known = this.#asked.get(act);
    if (known !== undefined && status === 200) known.answered = t;
  }

  began(act: string, from: number): void {
    this.#began.set(act, from);
  }

  /** Milliseconds; 0 where nobody can say. */
  get aheadMs(): number {
    const told = [...this.#asked].flatMap(([act, { first, asked, answered }]) => {
      const from = this.#began.get(act);
      // Of one that was asked for twice nobody knows which word it heard.
      if (from === undefined || answered === null || first !== asked) return [];
      return [{ took: answered - asked, ahead: from - (asked + answered) / 2 }];
    });
    const [best] = told.sort((a, b) => a.took - b.took);
    return best === undefined ? 0 : Math.round(best.ahead);
  }
}
