/**
 * When the operator had stopped all acts, as far as the target's answers to him say: between an
 * answer and the next word all is clear, and where no answer came nobody can say.
 */
export type StopState = 'on' | 'off' | 'open';

interface Turn {
  on: boolean;
  /** From when to when it may have been turned; it is what it says after that. */
  from: number;
  to: number;
}

/** An answer that says that it was turned at another time than it was told is not believed. */
const SLACK_MS = 2000;

export class Stops {
  readonly #turns: Turn[] = [];
  /** What was told first and is not answered yet. */
  #open: { on: boolean; at: number } | null = null;

  /** Times in milliseconds; of the ledger, but for `at`. */
  told(on: boolean, t: number): void {
    if (this.#open?.on !== on) {
      this.#close();
      this.#open = { on, at: t };
    }
  }

  took(on: boolean, status: number, at: number, t: number): void {
    if (this.#open?.on !== on || status !== 200) return;
    const { at: from } = this.#open;
    const isBelieved = at >= from - SLACK_MS && at <= t + SLACK_MS;
    this.#turns.push(
      isBelieved ? { on, from: at, to: at } : { on, from: from - SLACK_MS, to: t + SLACK_MS },
    );
    this.#open = null;
  }

  /** At a time of the target's clock. */
  at(time: number): StopState {
    const open = this.#open;
    if (open !== null && time >= open.at - SLACK_MS) return 'open';
    const last = this.#turns.findLast(({ from }) => from <= time);
    if (last === undefined) return 'on';
    if (time <= last.to) return 'open';
    return last.on ? 'on' : 'off';
  }

  /** Nobody ever answered: it may have been turned at any time until the next word. */
  #close(): void {
    if (this.#open === null) return;
    const { on, at } = this.#open;
    this.#turns.push({ on, from: at - SLACK_MS, to: Number.POSITIVE_INFINITY });
  }
}
