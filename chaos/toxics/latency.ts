/**
 * Delays every chunk by latency ± jitter. Pipelined: many chunks are on their way at once, and none
 * overtakes another. Chunks carry the time they entered, so chained latencies add up. A close waits
 * behind what is pending.
 */
import type { Cancel, Chunk } from '#kernel';
import {
  type Attributes,
  defineToxic,
  MS_MAX,
  type ToxicContext,
  type ToxicStage,
  waitUntil,
} from '../toxic.ts';

export default defineToxic({
  kind: 'latency',
  summary: 'delays data, one way',
  attributes: {
    latency: {
      about: 'Delay in milliseconds; none below zero',
      default: 0,
      min: -MS_MAX,
      max: MS_MAX,
    },
    jitter: {
      about: 'Largest deviation in milliseconds, uniform; none below zero',
      default: 0,
      min: -MS_MAX,
      max: MS_MAX,
    },
  },
  start: (context) => new Latency(context),
});

class Latency implements ToxicStage {
  readonly #context: ToxicContext;
  #attributes: Attributes;
  #queue: { chunk: Chunk; due: number }[] = [];
  #heldBytes = 0;
  #lastDue = 0;
  #isEnding = false;
  #cancel: Cancel | null = null;

  constructor(context: ToxicContext) {
    this.#context = context;
    this.#attributes = context.attributes;
  }

  heldBytes(): number {
    return this.#heldBytes;
  }

  push(chunk: Chunk): void {
    const { latency = 0, jitter = 0 } = this.#attributes;
    const swing = jitter > 0 ? (this.#context.random() * 2 - 1) * jitter : 0;
    const due = Math.max(this.#lastDue, chunk.at + Math.max(0, latency + swing));
    this.#lastDue = due;
    if (this.#queue.length === 0 && due <= this.#context.timers.now()) {
      this.#context.next.push({ bytes: chunk.bytes, at: due });
      return;
    }
    this.#heldBytes += chunk.bytes.length;
    if (this.#queue.push({ chunk, due }) === 1) this.#arm();
  }

  end(): void {
    this.#isEnding = true;
    if (this.#queue.length === 0) this.#finish();
  }

  /** What is already on its way keeps its time. */
  update(attributes: Attributes): void {
    this.#attributes = attributes;
  }

  remove(): void {
    this.#cancel?.();
    this.#heldBytes = 0;
    for (const { chunk } of this.#queue.splice(0)) this.#context.next.push(chunk);
    this.#finish();
  }

  stop(): void {
    this.#cancel?.();
    this.#queue = [];
    this.#heldBytes = 0;
  }

  #arm(): void {
    const first = this.#queue[0];
    if (first === undefined) return;
    const { timers } = this.#context;
    this.#cancel = timers.after(waitUntil(timers, first.due), () => this.#release());
  }

  #release(): void {
    const { next, timers } = this.#context;
    const now = timers.now();
    while (this.#queue.length > 0 && (this.#queue[0]?.due ?? 0) <= now) {
      const item = this.#queue.shift();
      if (item === undefined) break;
      this.#heldBytes -= item.chunk.bytes.length;
      next.push({ bytes: item.chunk.bytes, at: item.due });
    }
    if (this.#queue.length > 0) this.#arm();
    else this.#finish();
  }

  #finish(): void {
    if (!this.#isEnding) return;
    this.#isEnding = false;
    this.#context.next.end();
  }
}
