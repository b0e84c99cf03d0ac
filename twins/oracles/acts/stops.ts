/**
 * When the operator had stopped all acts, as far as the target's answers to him say, by its own
 * clock: up to his next word all is clear then, and where no answer came nobody can say.
 */
export type StopState = 'on' | 'off' | 'open';

/** A word of the operator; `at` is null where nobody answered it. */
interface Word {
  on: boolean;
  at: number | null;
}

export class Stops {
  readonly #words: Word[] = [];

  /** Whoever was not answered says the same again: that is one word. */
  told(on: boolean): void {
    const last = this.#words.at(-1);
    if (last?.on !== on || last.at !== null) this.#words.push({ on, at: null });
  }

  /** `at`: since when it is so. */
  took(on: boolean, status: number, at: number): void {
    const last = this.#words.at(-1);
    if (last?.on === on && last.at === null && status === 200 && at > 0) last.at = at;
  }

  /** At a time of the target's clock. */
  at(time: number): StopState {
    const place = this.#words.findLastIndex(({ at }) => at !== null && at <= time);
    const last = this.#words[place];
    // In the instant itself either may be.
    if (last?.at === time) return 'open';
    // The next word may have been heard at any time since.
    if (this.#words[place + 1]?.at === null) return 'open';
    return last === undefined || last.on ? 'on' : 'off';
  }
}
