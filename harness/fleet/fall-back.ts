/**
 * Through which of its two carriers a device speaks: its own, as long as that takes what it has;
 * the other, once its own has taken nothing for so long; and when its own is back, through both
 * until that has lasted, so that nothing is lost where one of them is not back for good.
 */

/** `both`: whoever hears a message first has it, and the other one too. */
export type Through = 'own' | 'other' | 'both';

interface Rules {
  afterMs: number;
  holdMs: number;
}

/** Calls once, when so long has passed. */
export type After = (ms: number, action: () => void) => void;

export class FallBack {
  readonly #rules: Rules;
  readonly #after: After;
  readonly #changed: () => void;
  /** Whether it goes back to its own alone; a planted bug may forget to. */
  readonly #handsBack: () => boolean;
  #isOwnThere = false;
  /** Counts turns: whoever waits for something else waits no longer. */
  #turn = 0;
  through: Through = 'own';

  constructor(rules: Rules, after: After, changed: () => void, handsBack: () => boolean) {
    this.#rules = rules;
    this.#after = after;
    this.#changed = changed;
    this.#handsBack = handsBack;
  }

  /** Its own carrier takes what it has, or does so no longer. */
  own(isThere: boolean): void {
    if (isThere === this.#isOwnThere) return;
    this.#isOwnThere = isThere;
    const turn = ++this.#turn;
    if (isThere && this.through === 'own') return;
    if (isThere) this.#go('both');
    const waitMs = isThere ? this.#rules.holdMs : this.#rules.afterMs;
    this.#after(waitMs, () => {
      if (turn !== this.#turn) return;
      if (!isThere) this.#go('other');
      else if (this.#handsBack()) this.#go('own');
    });
  }

  #go(through: Through): void {
    if (through === this.through) return;
    this.through = through;
    this.#changed();
  }
}
