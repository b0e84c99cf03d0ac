/**
 * Paces data to a rate, per connection and direction. A rate of 0 holds everything back, a close
 * too, and loses nothing: the partition that keeps its connections. Large chunks are cut so that
 * data flows instead of coming in lumps. The line keeps its own account of when it is free, so that
 * late timers never lower the rate.
 */
import type { Cancel, Chunk } from '#kernel';
import {
  type Attributes,
  defineToxic,
  type ToxicContext,
  type ToxicStage,
  waitUntil,
} from '../toxic.ts';

/** A piece is at most what flows in this time. */
const PIECE_MS = 100;
/**
 * What leaves within this time leaves at once: no timer is finer, and a fast line needs no timer at
 * all.
 */
const SLACK_MS = 1;

export default defineToxic({
  kind: 'bandwidth',
  summary: 'limits the rate; 0 holds everything back',
  attributes: {
    rate: {
      about: 'Kilobytes (1000 bytes) per second',
      default: 0,
      min: 0,
      max: 1_000_000_000,
    },
  },
  start: (context) => new Bandwidth(context),
});

class Bandwidth implements ToxicStage {
  readonly #context: ToxicContext;
  /** Bytes per millisecond, which is kilobytes per second. */
  #rate: number;
  #held: Chunk[] = [];
  #heldBytes = 0;
  /** When the last byte that was passed on has left the line. */
  #freeAt = 0;
  #isEnding = false;
  #cancel: Cancel | null = null;

  constructor(context: ToxicContext) {
    this.#context = context;
    this.#rate = context.attributes.rate ?? 0;
  }

  heldBytes(): number {
    return this.#heldBytes;
  }

  push(chunk: Chunk): void {
    if (this.#held.length === 0) this.#freeAt = Math.max(this.#freeAt, this.#context.timers.now());
    this.#held.push(chunk);
    this.#heldBytes += chunk.bytes.length;
    this.#pump();
  }

  end(): void {
    this.#isEnding = true;
    this.#pump();
  }

  update(attributes: Attributes): void {
    this.#disarm();
    this.#rate = attributes.rate ?? 0;
    this.#freeAt = this.#context.timers.now();
    this.#pump();
  }

  remove(): void {
    this.#disarm();
    this.#heldBytes = 0;
    for (const chunk of this.#held.splice(0)) this.#context.next.push(chunk);
    this.#finish();
  }

  stop(): void {
    this.#disarm();
    this.#held = [];
    this.#heldBytes = 0;
  }

  #pump(): void {
    if (this.#cancel !== null || this.#rate === 0) return;
    const { next, timers } = this.#context;
    const pieceMax = Math.max(1, Math.floor(this.#rate * PIECE_MS));
    for (let chunk = this.#held[0]; chunk !== undefined; chunk = this.#held[0]) {
      const piece = chunk.bytes.subarray(0, pieceMax);
      const due = this.#freeAt + piece.length / this.#rate;
      if (due - timers.now() >= SLACK_MS) {
        this.#cancel = timers.after(waitUntil(timers, due), () => {
          this.#cancel = null;
          this.#pump();
        });
        return;
      }
      this.#freeAt = due;
      this.#heldBytes -= piece.length;
      if (piece.length === chunk.bytes.length) this.#held.shift();
      else this.#held[0] = { bytes: chunk.bytes.subarray(piece.length), at: chunk.at };
      next.push({ bytes: piece, at: Math.max(chunk.at, due) });
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
    this.#context.next.end();
  }
}
