/**
 * The pacing wheel: one timer for a whole shard. Due things are kept in buckets of one quantum, and
 * a single clock timer waits for the nearest bucket. With a timer per device the wake-ups, and not
 * the messages, would be what 100,000 devices cost. The quantum is a stated bias of every latency
 * figure.
 */
import type { Cancel, Clock, Paced } from '#kernel';

interface Slot {
  paced: Paced | null;
}

/** What may be asked of a wheel that somebody else turns. */
export type Wheel = Pick<PacingWheel, 'add' | 'addAfter' | 'after'>;

export class PacingWheel {
  readonly #clock: Clock;
  readonly #quantumMs: number;
  readonly #buckets = new Map<number, Slot[]>();
  /** Binary min-heap of the bucket numbers in `#buckets`. */
  readonly #order: number[] = [];
  #cancel: Cancel | null = null;
  #armed = Infinity;
  #stopped = false;

  constructor(clock: Clock, quantumMs: number) {
    this.#clock = clock;
    this.#quantumMs = quantumMs;
  }

  /** Calls `paced.fire` in the first quantum at or after `dueMs`. */
  add(dueMs: number, paced: Paced): Cancel {
    const slot: Slot = { paced };
    this.#put(dueMs, slot);
    return () => {
      slot.paced = null;
    };
  }

  /**
   * A delay from the quantum in which it is asked for. From the time itself, every answer that
   * takes a socket a millisecond would put off by a whole quantum what follows from it.
   */
  addAfter(delayMs: number, paced: Paced): Cancel {
    const quantum = Math.floor(this.#clock.now() / this.#quantumMs + 1e-9);
    return this.add(quantum * this.#quantumMs + delayMs, paced);
  }

  /** A one-shot on the wheel, for rare things such as back-off delays. */
  after(delayMs: number, action: () => void): Cancel {
    return this.addAfter(delayMs, {
      fire: () => {
        action();
        return Infinity;
      },
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#buckets.clear();
    this.#order.length = 0;
  }

  #put(dueMs: number, slot: Slot): void {
    if (dueMs === Infinity || this.#stopped) return;
    const bucket = Math.max(0, Math.ceil(dueMs / this.#quantumMs - 1e-9));
    const slots = this.#buckets.get(bucket);
    if (slots !== undefined) {
      slots.push(slot);
      return;
    }
    this.#buckets.set(bucket, [slot]);
    this.#push(bucket);
    if (bucket < this.#armed) this.#arm();
  }

  #arm(): void {
    this.#cancel?.();
    const next = this.#order[0];
    this.#armed = next ?? Infinity;
    if (next === undefined) return;
    const wait = Math.max(0, next * this.#quantumMs - this.#clock.now());
    this.#cancel = this.#clock.after(wait, () => this.#turn());
  }

  #turn(): void {
    const now = this.#clock.now();
    // A timer may come a hair early; what is due within a tenth of a millisecond is due.
    const current = Math.floor((now + 0.1) / this.#quantumMs);
    this.#armed = -1;
    while (!this.#stopped && (this.#order[0] ?? Infinity) <= current) {
      const bucket = this.#pop();
      const slots = this.#buckets.get(bucket) ?? [];
      const due = bucket * this.#quantumMs;
      const at = now - due < this.#quantumMs ? due : now;
      this.#buckets.delete(bucket);
      for (const slot of slots) {
        if (slot.paced === null) continue;
        const next = slot.paced.fire(at);
        if (slot.paced !== null) this.#put(Math.max(next, (bucket + 1) * this.#quantumMs), slot);
      }
    }
    if (!this.#stopped) this.#arm();
  }

  #push(bucket: number): void {
    const heap = this.#order;
    let at = heap.push(bucket) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as number) <= bucket) break;
      heap[at] = heap[parent] as number;
      at = parent;
    }
    heap[at] = bucket;
  }

  #pop(): number {
    const heap = this.#order;
    const top = heap[0] as number;
    const last = heap.pop() as number;
    if (heap.length > 0) {
      let at = 0;
      for (;;) {
        let child = at * 2 + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number))
          child++;
        if (last <= (heap[child] as number)) break;
        heap[at] = heap[child] as number;
        at = child;
      }
      heap[at] = last;
    }
    return top;
  }
}
