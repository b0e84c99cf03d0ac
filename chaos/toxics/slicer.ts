/**
 * Cuts data into small pieces, with a pause after each. Pieces are average ± variation bytes;
 * nothing is lost or reordered. All zero means: do not cut. (The original recurses for ever there,
 * and crashes where the variation is larger than the average; here it is bounded by it.)
 */
import type { Cancel, Chunk } from '#kernel';
import {
  type Attributes,
  defineToxic,
  type ToxicContext,
  type ToxicStage,
  waitUntil,
} from '../toxic.ts';

const SIZE_MAX = 1_000_000_000;
/** Pauses shorter than a timer can measure are saved up until they make one. */
const SLACK_MS = 1;

export default defineToxic({
  kind: 'slicer',
  summary: 'cuts data into small pieces',
  attributes: {
    average_size: { about: 'Bytes of an average piece', default: 0, min: 0, max: SIZE_MAX },
    size_variation: {
      about: 'Bytes a piece may differ; less than the average',
      default: 0,
      min: 0,
      max: SIZE_MAX,
    },
    delay: {
      about: 'Microseconds after each piece',
      default: 0,
      min: -SIZE_MAX,
      max: SIZE_MAX,
    },
  },
  start: (context) => new Slicer(context),
});

class Slicer implements ToxicStage {
  readonly #context: ToxicContext;
  #attributes: Attributes;
  #held: Chunk[] = [];
  #heldBytes = 0;
  /** When the pause after the last piece is over. */
  #freeAt = 0;
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
    this.#attributes = attributes;
  }

  remove(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#heldBytes = 0;
    for (const chunk of this.#held.splice(0)) this.#context.next.push(chunk);
    this.#finish();
  }

  stop(): void {
    this.#cancel?.();
    this.#held = [];
    this.#heldBytes = 0;
  }

  #pump(): void {
    if (this.#cancel !== null) return;
    const { next, timers } = this.#context;
    for (let chunk = this.#held[0]; chunk !== undefined; chunk = this.#held[0]) {
      if (this.#freeAt - timers.now() >= SLACK_MS) {
        this.#cancel = timers.after(waitUntil(timers, this.#freeAt), () => {
          this.#cancel = null;
          this.#pump();
        });
        return;
      }
      const size = this.#pieceSize(chunk.bytes.length);
      this.#heldBytes -= size;
      if (size === chunk.bytes.length) this.#held.shift();
      else this.#held[0] = { bytes: chunk.bytes.subarray(size), at: chunk.at };
      this.#freeAt += Math.max(0, (this.#attributes.delay ?? 0) / 1000);
      next.push({ bytes: chunk.bytes.subarray(0, size), at: chunk.at });
    }
    this.#finish();
  }

  #pieceSize(whole: number): number {
    const { average_size: average = 0, size_variation: variation = 0 } = this.#attributes;
    // An empty chunk has no pieces: to cut a byte off it would never end.
    if (average === 0 || whole === 0) return whole;
    const swing = Math.min(variation, average - 1);
    const size = Math.round(average + (this.#context.random() * 2 - 1) * swing);
    return Math.max(1, Math.min(whole, size));
  }

  #finish(): void {
    if (!this.#isEnding) return;
    this.#isEnding = false;
    this.#context.next.end();
  }
}
