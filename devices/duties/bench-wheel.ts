/**
 * The wheel of the bench, turned by hand. As the fleet's it fires in whole quanta, and what it has
 * fired comes again in the next one at the earliest: a part is tried under times that it will meet.
 */
import { type Cancel, Misuse, type Paced } from '#kernel';

export const QUANTUM_MS = 10;
/** So often in one quantum nothing honest is due. */
const FIRES_MAX = 10_000;

interface Due {
  at: number;
  order: number;
  paced: Paced;
}

export class BenchWheel {
  now = 0;
  #order = 0;
  #fires = 0;
  #due: Due[] = [];

  add(ms: number, paced: Paced): Cancel {
    const due: Due = { at: onQuantum(ms), order: this.#order++, paced };
    this.#put(due);
    return () => {
      due.at = Number.POSITIVE_INFINITY;
      this.#due = this.#due.filter((one) => one !== due);
    };
  }

  /** Lets time pass, and whatever is due in it happen. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#moveTo(Math.max(this.now, next.at));
      const again = next.paced.fire(this.now);
      // One that was taken off meanwhile stays off.
      if (next.at === Number.POSITIVE_INFINITY) continue;
      next.at = Math.max(onQuantum(again), onQuantum(this.now + 1));
      next.order = this.#order++;
      this.#put(next);
    }
    this.#moveTo(until);
  }

  #next(until: number): Due | undefined {
    this.#due.sort((a, b) => a.at - b.at || a.order - b.order);
    return (this.#due[0]?.at ?? Number.POSITIVE_INFINITY) <= until ? this.#due.shift() : undefined;
  }

  #put(due: Due): void {
    if (due.at < Number.POSITIVE_INFINITY) this.#due.push(due);
  }

  #moveTo(ms: number): void {
    this.#fires = ms > this.now ? 0 : this.#fires + 1;
    this.now = ms;
    if (this.#fires <= FIRES_MAX) return;
    throw new Misuse(
      'it is due again and again, and time stands still',
      'what is put on the wheel within `fire` must lie ahead of now',
    );
  }
}

const onQuantum = (ms: number): number =>
  Math.max(0, Math.ceil(ms / QUANTUM_MS - 1e-9)) * QUANTUM_MS;
