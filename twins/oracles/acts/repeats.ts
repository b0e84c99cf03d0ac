/**
 * How often a command goes down: while nobody answers it, every five seconds, six times in all. A
 * target that says it far more often lives on what it says by itself, and what answers that.
 */
import type { Plan } from '#kernel';

/** So often a command goes down at most. */
const SENT_MOST = 6;
/** The next but one comes no sooner, even where one of them was late; milliseconds. */
const NEXT_BUT_ONE_MS = 5000;

export class Repeats {
  readonly #plan: Plan;
  /** By key, by number: when it went down, where the target says so; milliseconds of its clock. */
  readonly #sent = new Map<string, Map<number, number | null>>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** It went down, by the target. */
  sent(key: string, n: number, at: number): void {
    this.#of(key).set(n, at);
  }

  /** It came, whatever the target says of it. The same number twice is one message. */
  heard(key: string, n: number): void {
    const own = this.#of(key);
    if (!own.has(n)) own.set(n, null);
  }

  /** What is too much of it, to be read after "the command …"; null where nothing is. */
  amissOf(key: string, device: number): string | null {
    const own = [...(this.#sent.get(key)?.values() ?? [])];
    if (own.length > SENT_MOST)
      return `went down ${own.length} times, and ${SENT_MOST} are allowed`;
    // By another gateway it may go at once.
    if (this.#plan.devices[device]?.fallBack !== undefined) return null;
    const times = own.filter((at) => at !== null).sort((a, b) => a - b);
    const place = times.findIndex(
      (at, index) => at - (times[index - 2] ?? -Infinity) < NEXT_BUT_ONE_MS,
    );
    if (place < 0) return null;
    const tookMs = (times[place] ?? 0) - (times[place - 2] ?? 0);
    return `went down three times in ${tookMs} ms`;
  }

  #of(key: string): Map<number, number | null> {
    const own = this.#sent.get(key) ?? new Map<number, number | null>();
    this.#sent.set(key, own);
    return own;
  }
}
