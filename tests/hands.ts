/** Time that passes when it is told to. */
export class Hands {
  now = 1;
  #timers: { at: number; action: () => void }[] = [];

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.now + delayMs, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  pass(to: number): void {
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= to).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.now = Math.max(this.now, next.at);
      next.action();
    }
    this.now = to;
  }

  /** Nobody is left to be called. */
  drop(): void {
    this.#timers = [];
  }
}
