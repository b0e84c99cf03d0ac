/**
 * A link that is shut from time to time: what comes meanwhile is held, and crosses in order when it
 * opens again. Nothing is ever lost; a close waits behind the data.
 */
import type { Cancel, Chunk } from '#kernel';
import { type ToxicContext, type ToxicStage, waitUntil } from '../toxic.ts';
import type { OpensAt } from './radio-times.ts';

export class RadioStage implements ToxicStage {
  readonly #context: ToxicContext;
  readonly #opensAt: OpensAt;
  readonly #passes: () => void;
  #held: Chunk[] = [];
  #isEnding = false;
  #cancel: Cancel | null = null;

  /** `passes`: something has crossed. */
  constructor(context: ToxicContext, opensAt: OpensAt, passes: () => void = () => {}) {
    this.#context = context;
    this.#opensAt = opensAt;
    this.#passes = passes;
  }

  push(chunk: Chunk): void {
    this.#held.push(chunk);
    this.look();
  }

  end(): void {
    this.#isEnding = true;
    this.look();
  }

  update(): void {}

  remove(): void {
    this.#letGo();
  }

  stop(): void {
    this.#disarm();
    this.#held = [];
  }

  heldBytes(): number {
    return this.#held.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** It may have opened sooner than it would have. */
  look(): void {
    if (this.#held.length === 0 && !this.#isEnding) return;
    const { timers } = this.#context;
    const now = timers.now();
    const opens = this.#opensAt(now);
    this.#disarm();
    if (opens <= now) return this.#letGo();
    // Whoever must speak first looks here again when it has.
    if (opens === Number.POSITIVE_INFINITY) return;
    this.#cancel = timers.after(waitUntil(timers, opens), () => {
      this.#cancel = null;
      this.look();
    });
  }

  #letGo(): void {
    this.#disarm();
    const { next, timers } = this.#context;
    const now = timers.now();
    const held = this.#held.splice(0);
    for (const { at, bytes } of held) next.push({ bytes, at: Math.max(at, now) });
    if (held.length > 0) this.#passes();
    if (!this.#isEnding) return;
    this.#isEnding = false;
    next.end();
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
