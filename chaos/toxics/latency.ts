/**
 * Delays every chunk by latency ± jitter. Pipelined: many chunks are on their way at once, and none overtakes
 * another. Chunks carry the time they entered, so chained latencies add up. A close waits behind what is pending.
 */
import type { Cancel, Chunk } from '#kernel';
import { type Attributes, defineToxic, MS_MAX, type ToxicContext, type ToxicStage, waitUntil } from '../toxic.ts';

export default defineToxic({
  kind: 'latency',
  summary: 'delays data, one way',
  attributes: {
    latency: { about: 'Delay in milliseconds', default: 0, min: 0, max: MS_MAX },
    jitter: { about: 'Largest deviation in milliseconds, uniform', default: 0, min: 0, max: MS_MAX },
  },
  start: (context) => new Latency(context),
});

class Latency implements ToxicStage {
  readonly #context: ToxicContext;
  #attributes: Attributes;
  #queue: { chunk: Chunk; due: number }[] = [];
  #lastDue = 0;
  #isEnding = false;
  #cancel: Cancel | null = null;

  constructor(context: ToxicContext) {
    this.#context = context;
    this.#attributes = context.attributes;
  }

  push(chunk: Chunk): void {
    const { latency = 0, jitter = 0 } = this.#attributes;
    const swing = jitter > 0 ? (this.#context.random() * 2 - 1) * jitter : 0;
    this.#lastDue = Math.max(this.#lastDue, chunk.at + Math.max(0, latency + swing));
    this.#queue.push({ chunk, due: this.#lastDue });
    if (this.#queue.length === 1) this.#arm();
  }

  end(): void {
    this.#isEnding = true;
    if (this.#queue.length === 0) this.#context.next.end();
  }

  /** What is already on its way keeps its time. */
  update(attributes: Attributes): void {
    this.#attributes = attributes;
  }

  remove(): void {
    this.#cancel?.();
    for (const { chunk } of this.#queue.splice(0)) this.#context.next.push(chunk);
    if (this.#isEnding) this.#context.next.end();
    this.#isEnding = false;
  }

  stop(): void {
    this.#cancel?.();
    this.#queue = [];
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
      if (item !== undefined) next.push({ bytes: item.chunk.bytes, at: item.due });
    }
    if (this.#queue.length > 0) this.#arm();
    else if (this.#isEnding) {
      this.#isEnding = false;
      next.end();
    }
  }
}
