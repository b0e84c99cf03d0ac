/**
 * What toxics that let data leave piece by piece share: a queue of what is held, one timer for the
 * next piece, and a close that waits behind the data. When the next piece may leave and how large
 * it is, is the toxic's own.
 */
import type { Cancel, Chunk } from '#kernel';
import { type Attributes, type ToxicContext, type ToxicStage, waitUntil } from './toxic.ts';

/**
 * What may leave within this time leaves at once: no timer is finer. Shorter waits add up until
 * they make one.
 */
const SLACK_MS = 1;

export abstract class PacedStage implements ToxicStage {
  protected readonly context: ToxicContext;
  /** When the line is free again, after what has left it. */
  protected freeAt = 0;
  #held: Chunk[] = [];
  #heldBytes = 0;
  #isEnding = false;
  #cancel: Cancel | null = null;

  constructor(context: ToxicContext) {
    this.context = context;
  }

  abstract update(attributes: Attributes): void;

  /** Whether nothing at all may leave, a close neither. */
  protected holdsAll(): boolean {
    return false;
  }

  /** When the next piece of `first` may leave. */
  protected abstract dueOf(first: Chunk): number;

  /** The next piece leaves: how many bytes it has. */
  protected abstract cut(first: Chunk, due: number): number;

  heldBytes(): number {
    return this.#heldBytes;
  }

  push(chunk: Chunk): void {
    if (this.#held.length === 0) this.freeAt = Math.max(this.freeAt, this.context.timers.now());
    this.#held.push(chunk);
    this.#heldBytes += chunk.bytes.length;
    this.#pump();
  }

  end(): void {
    this.#isEnding = true;
    this.#pump();
  }

  remove(): void {
    this.#disarm();
    this.#heldBytes = 0;
    for (const chunk of this.#held.splice(0)) this.context.next.push(chunk);
    this.#finish();
  }

  stop(): void {
    this.#disarm();
    this.#held = [];
    this.#heldBytes = 0;
  }

  /** The line goes on under other terms, from now on. */
  protected restart(): void {
    this.#disarm();
    this.freeAt = this.context.timers.now();
    this.#pump();
  }

  #pump(): void {
    if (this.#cancel !== null || this.holdsAll()) return;
    const { next, timers } = this.context;
    for (let chunk = this.#held[0]; chunk !== undefined; chunk = this.#held[0]) {
      const due = this.dueOf(chunk);
      if (due - timers.now() >= SLACK_MS) {
        this.#cancel = timers.after(waitUntil(timers, due), () => {
          this.#cancel = null;
          this.#pump();
        });
        return;
      }
      const size = this.cut(chunk, due);
      this.#heldBytes -= size;
      if (size === chunk.bytes.length) this.#held.shift();
      else this.#held[0] = { bytes: chunk.bytes.subarray(size), at: chunk.at };
      next.push({ bytes: chunk.bytes.subarray(0, size), at: Math.max(chunk.at, due) });
    }
    this.#finish();
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #finish(): void {
    if (!this.#isEnding) return;
    this.#isEnding = false;
    this.context.next.end();
  }
}
