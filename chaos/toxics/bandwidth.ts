/**
 * Paces data to a rate, per connection and direction. A rate of 0 holds everything back, a close
 * too, and loses nothing: the partition that keeps its connections. Large chunks are cut so that
 * data flows instead of coming in lumps. The line keeps its own account of when it is free, so that
 * late timers never lower the rate.
 */
import type { Chunk } from '#kernel';
import { PacedStage } from '../paced-stage.ts';
import { type Attributes, defineToxic, type ToxicContext } from '../toxic.ts';

/** A piece is at most what flows in this time. */
const PIECE_MS = 100;

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

class Bandwidth extends PacedStage {
  /** Bytes per millisecond, which is kilobytes per second. */
  #rate: number;

  constructor(context: ToxicContext) {
    super(context);
    this.#rate = context.attributes.rate ?? 0;
  }

  update(attributes: Attributes): void {
    this.#rate = attributes.rate ?? 0;
    this.restart();
  }

  protected override holdsAll(): boolean {
    return this.#rate === 0;
  }

  protected dueOf(first: Chunk): number {
    return this.freeAt + this.#sizeOf(first) / this.#rate;
  }

  protected cut(first: Chunk, due: number): number {
    this.freeAt = due;
    return this.#sizeOf(first);
  }

  #sizeOf({ bytes }: Chunk): number {
    return Math.min(bytes.length, Math.max(1, Math.floor(this.#rate * PIECE_MS)));
  }
}
