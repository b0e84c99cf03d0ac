/**
 * Whether a child was there to hear what came down for it when its gateway let that go because it
 * was not: told by the child's own statechart.
 */

/** A moment is written down a little earlier or later than it is. */
const GREY_US = 300_000;

export class There {
  #runs = false;
  #asleep = false;
  #since = Number.POSITIVE_INFINITY;
  /** When something was let go although it was there. */
  #inVain: number[] = [];

  turned(t: number, state: string): void {
    const wasUp = this.#isUp;
    if (state.startsWith('power.')) this.#runs = state === 'power.on';
    else if (state.startsWith('connection.')) this.#asleep = state === 'connection.sleeping';
    if (this.#isUp === wasUp) return;
    this.#since = this.#isUp ? t : Number.POSITIVE_INFINITY;
    if (!this.#isUp) this.#inVain = this.#inVain.filter((at) => t - at > GREY_US);
  }

  letGo(t: number): void {
    if (t - this.#since > GREY_US) this.#inVain.push(t);
  }

  /** Of those, what no fault had silenced it for. */
  inVain(silences: readonly { from: number; to: number }[]): number[] {
    return this.#inVain.filter(
      (t) => !silences.some(({ from, to }) => t >= from - GREY_US && t <= to + GREY_US),
    );
  }

  get #isUp(): boolean {
    return this.#runs && !this.#asleep;
  }
}
