/**
 * The waiting of a run, which somebody may cut short: who wants it to stop, a rule that halts it,
 * or its bound. What is cut stays cut until the run begins to wait anew.
 */
import type { Clock } from '#kernel';

export class Waiting {
  readonly #clock: Clock;
  readonly #wake = new Set<() => void>();
  #isCut = false;
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isCut(): boolean {
    return this.#isCut || this.#isOver;
  }

  /** Until the run's clock shows `t`, or until it is cut. */
  until(t: number): Promise<void> {
    return this.#unlessCut((done) => this.#clock.after(Math.max(0, t - this.#clock.now()), done));
  }

  /** Until the task has ended, or until it is cut; then it goes on. It fails as the task does. */
  async orUntil(task: Promise<void>): Promise<void> {
    let failure: { error: unknown } | null = null;
    const settled = task.catch((error: unknown) => {
      failure = { error };
    });
    await this.#unlessCut((done) => {
      void settled.then(done);
      return () => {};
    });
    if (failure !== null) throw (failure as { error: unknown }).error;
  }

  cut(): void {
    this.#isCut = true;
    for (const wake of [...this.#wake]) wake();
  }

  /** From here on it is waited again. */
  renew(): void {
    this.#isCut = false;
  }

  /** Nothing is waited for any more. */
  end(): void {
    this.#isOver = true;
    this.cut();
  }

  #unlessCut(begin: (done: () => void) => () => void): Promise<void> {
    if (this.isCut) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#wake.delete(done);
        resolve();
      };
      const cancel = begin(done);
      this.#wake.add(done);
    });
  }
}
