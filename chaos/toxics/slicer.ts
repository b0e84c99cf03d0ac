/**
 * Cuts data into small pieces, with a pause after each. Pieces are average ± variation bytes; nothing is lost or
 * reordered. All zero means: do not cut.
 */
import type { Cancel, Chunk } from '#kernel';
import { type Attributes, defineToxic, type ToxicContext, type ToxicStage } from '../toxic.ts';

const SIZE_MAX = 1_000_000_000;

export default defineToxic({
  kind: 'slicer',
  summary: 'cuts data into small pieces',
  attributes: {
    average_size: { about: 'Bytes of an average piece', default: 0, min: 0, max: SIZE_MAX },
    size_variation: { about: 'Bytes a piece may differ; less than the average', default: 0, min: 0, max: SIZE_MAX },
    delay: { about: 'Microseconds after each piece', default: 0, min: 0, max: SIZE_MAX },
  },
  start: (context) => new Slicer(context),
});

class Slicer implements ToxicStage {
  readonly #context: ToxicContext;
  #attributes: Attributes;
  #held: Chunk[] = [];
  #isEnding = false;
  #cancel: Cancel | null = null;

  constructor(context: ToxicContext) {
    this.#context = context;
    this.#attributes = context.attributes;
  }

  push(chunk: Chunk): void {
    this.#held.push(chunk);
    if (this.#cancel === null) this.#pump();
  }

  end(): void {
    this.#isEnding = true;
    if (this.#cancel === null) this.#pump();
  }

  update(attributes: Attributes): void {
    this.#attributes = attributes;
  }

  remove(): void {
    this.#cancel?.();
    this.#cancel = null;
    for (const chunk of this.#held.splice(0)) this.#context.next.push(chunk);
    if (this.#isEnding) this.#context.next.end();
    this.#isEnding = false;
  }

  stop(): void {
    this.#cancel?.();
    this.#held = [];
  }

  #pump(): void {
    const { next, timers } = this.#context;
    for (let chunk = this.#held.shift(); chunk !== undefined; chunk = this.#held.shift()) {
      const size = this.#pieceSize(chunk.bytes.length);
      if (size < chunk.bytes.length) this.#held.unshift({ bytes: chunk.bytes.subarray(size), at: chunk.at });
      next.push({ bytes: chunk.bytes.subarray(0, size), at: chunk.at });
      const delayMs = (this.#attributes['delay'] ?? 0) / 1000;
      if (delayMs > 0) {
        this.#cancel = timers.after(Math.ceil(delayMs), () => {
          this.#cancel = null;
          this.#pump();
        });
        return;
      }
    }
    if (!this.#isEnding) return;
    this.#isEnding = false;
    next.end();
  }

  #pieceSize(whole: number): number {
    const { average_size: average = 0, size_variation: variation = 0 } = this.#attributes;
    if (average === 0) return whole;
    const swing = Math.min(variation, average - 1);
    const size = Math.round(average + (this.#context.random() * 2 - 1) * swing);
    return Math.max(1, Math.min(whole, size));
  }
}
