/** What a model says of one reading, and whether the inputs that it gets are those it is for. */
import type { Detector, LineDetector, TreeDetector } from '#kernel';

/** Whether a reading is odd, by its value and its change since the one before. */
export const isOdd = (model: Detector, value: number, change: number): boolean =>
  model.form === 'line' ? isFarOut(model, value, change) : answerOf(model, value, change);

function isFarOut(model: LineDetector, value: number, change: number): boolean {
  const score = (value - model.mean + model.change * change) / model.spread;
  return Math.abs(score) > model.beyond;
}

/** Questions lead down the list alone, so it comes to an end. */
function answerOf({ nodes }: TreeDetector, value: number, change: number): boolean {
  let node = nodes[0];
  while (node !== undefined && 'on' in node) {
    const asked = node.on === 'value' ? value : change;
    node = nodes[asked < node.below ? node.yes : node.no];
  }
  return node?.odd === true;
}

/** The last readings, by their mean: other than the model was made for, or it once more. */
export class DriftWatch {
  readonly #count: number;
  readonly #spreads: number;
  #last: number[] = [];
  #isOff = false;

  /** Off by more than so many spreads, over so many readings. */
  constructor(count: number, spreads: number) {
    this.#count = count;
    this.#spreads = spreads;
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  /** Nobody knows before there are so many. */
  get isFull(): boolean {
    return this.#last.length === this.#count;
  }

  take(value: number, model: Detector | null): void {
    this.#last.push(value);
    if (this.#last.length > this.#count) this.#last.shift();
    if (model === null || !this.isFull) {
      this.#isOff = false;
      return;
    }
    const mean = this.#last.reduce((sum, one) => sum + one, 0) / this.#count;
    const off = Math.abs(mean - model.mean) / model.spread;
    // Back only well within, or it would go to and fro.
    this.#isOff = off > this.#spreads * (this.#isOff ? BACK : 1);
  }

  /** Another model is watched over, by the same readings. */
  begin(): void {
    this.#isOff = false;
  }

  forget(): void {
    this.#last = [];
    this.#isOff = false;
  }
}

const BACK = 0.5;
