/** The true state of one device, and of the same one without its faults: equal but for them. */
import { type Physics, physicsOf } from '#devices';
import type { Cells } from '#kernel';
import type { DeviceStory } from './device-rows.ts';

const HEAD = 3;

export class TruthRows {
  readonly #story: DeviceStory;
  readonly #states: readonly string[];
  readonly #is: Physics;
  readonly #clean: Physics;

  constructor(story: DeviceStory, states: readonly string[]) {
    this.#story = story;
    this.#states = states;
    this.#is = physicsOf(story.embodied, story.malfunctions);
    // Of one that is well there is nothing to compute twice.
    this.#clean = story.malfunctions.length === 0 ? this.#is : physicsOf(story.embodied, []);
  }

  fill(cells: readonly Cells[], at: number, from: number, to: number): void {
    const { embodied, sampling, zeroAt } = this.#story;
    const columns = cells as [Cells, ...Float64Array[]];
    const states = this.#states;
    for (let n = from, row = at; n < to; n++, row++) {
      const t = sampling.firstAt + n * sampling.everyMs;
      columns[0][row] = embodied.device.id;
      (columns[1] as Float64Array)[row] = zeroAt + t;
      (columns[2] as Float64Array)[row] = n;
      const is = this.#is.truth(t);
      const clean = this.#clean === this.#is ? is : this.#clean.truth(t);
      for (let k = 0; k < states.length; k++) {
        const name = states[k] as string;
        (columns[HEAD + k] as Float64Array)[row] = is[name] ?? Number.NaN;
        (columns[HEAD + states.length + k] as Float64Array)[row] = clean[name] ?? Number.NaN;
      }
    }
  }
}
