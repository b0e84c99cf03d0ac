/**
 * Cuts data into small pieces, with a pause after each. Pieces are average ± variation bytes;
 * nothing is lost or reordered. All zero means: do not cut. (The original recurses for ever there,
 * and crashes where the variation is larger than the average; here it is bounded by it.)
 */
import type { Chunk } from '#kernel';
import { PacedStage } from '../paced-stage.ts';
import { type Attributes, defineToxic, type ToxicContext } from '../toxic.ts';

const SIZE_MAX = 1_000_000_000;

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

class Slicer extends PacedStage {
  #attributes: Attributes;

  constructor(context: ToxicContext) {
    super(context);
    this.#attributes = context.attributes;
  }

  update(attributes: Attributes): void {
    this.#attributes = attributes;
  }

  protected dueOf(): number {
    return this.freeAt;
  }

  protected cut({ bytes }: Chunk): number {
    const size = this.#pieceSize(bytes.length);
    this.freeAt += Math.max(0, (this.#attributes.delay ?? 0) / 1000);
    return size;
  }

  #pieceSize(whole: number): number {
    const { average_size: average = 0, size_variation: variation = 0 } = this.#attributes;
    // An empty chunk has no pieces: to cut a byte off it would never end.
    if (average === 0 || whole === 0) return whole;
    const swing = Math.min(variation, average - 1);
    const size = Math.round(average + (this.context.random() * 2 - 1) * swing);
    return Math.max(1, Math.min(whole, size));
  }
}
