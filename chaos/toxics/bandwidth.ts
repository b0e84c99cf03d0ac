/**
 * Paces data to a rate, per connection and direction. A rate of 0 holds everything back and loses nothing: the
 * partition that keeps its connections. Large chunks are cut so that data flows instead of coming in lumps.
 */
import type { Cancel, Chunk } from '#kernel';
import { type Attributes, defineToxic, type ToxicContext, type ToxicStage, waitUntil } from '../toxic.ts';

/** A piece is at most what flows in this time. */
const PIECE_MS = 100;

export default defineToxic({
  kind: 'bandwidth',
  summary: 'limits the rate; 0 holds everything back',
  attributes: {
    rate: { about: 'Kilobytes (1000 bytes) per second', default: 0, min: 0, max: 1_000_000_000 },
  },
  start: (context) => new Bandwidth(context),
});

class Bandwidth implements ToxicStage {
  readonly #context: ToxicContext;
  /** Bytes per millisecond, which is kilobytes per second. */
  #rate: number;
  #held: Chunk[] = [];
  #freeAt = 0;
  #isEnding = false;
  #cancel: Cancel | null = null;
  #sending: Chunk | null = null;

  constructor(context: ToxicContext) {
    this.#context = context;
    this.#rate = context.attributes['rate'] ?? 0;
  }

  push(chunk: Chunk): void {
    this.#held.push(chunk);
    this.#pump();
  }

  end(): void {
    this.#isEnding = true;
    this.#pump();
  }

  update(attributes: Attributes): void {
    this.#rate = attributes['rate'] ?? 0;
    this.#cancel?.();
    this.#cancel = null;
    if (this.#sending !== null) this.#held.unshift(this.#sending);
    this.#sending = null;
    this.#freeAt = this.#context.timers.now();
    this.#pump();
  }

  remove(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#sending !== null) this.#held.unshift(this.#sending);
    this.#sending = null;
    for (const chunk of this.#held.splice(0)) this.#context.next.push(chunk);
    if (this.#isEnding) this.#context.next.end();
    this.#isEnding = false;
  }

  stop(): void {
    this.#cancel?.();
    this.#held = [];
    this.#sending = null;
  }

  #pump(): void {
    if (this.#sending !== null || this.#rate === 0) return;
    const piece = this.#takePiece();
    if (piece === null) {
      if (this.#isEnding) {
        this.#isEnding = false;
        this.#context.next.end();
      }
      return;
    }
    const { timers } = this.#context;
    this.#sending = piece;
    this.#freeAt = Math.max(timers.now(), this.#freeAt) + piece.bytes.length / this.#rate;
    this.#cancel = timers.after(waitUntil(timers, this.#freeAt), () => {
      this.#sending = null;
      this.#context.next.push({ bytes: piece.bytes, at: timers.now() });
      this.#pump();
    });
  }

  #takePiece(): Chunk | null {
    const chunk = this.#held.shift();
    if (chunk === undefined) return null;
    const most = Math.max(1, Math.floor(this.#rate * PIECE_MS));
    if (chunk.bytes.length <= most) return chunk;
    this.#held.unshift({ bytes: chunk.bytes.subarray(most), at: chunk.at });
    return { bytes: chunk.bytes.subarray(0, most), at: chunk.at };
  }
}
