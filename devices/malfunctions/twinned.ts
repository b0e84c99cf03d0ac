/**
 * A device that goes wrong, and beside it the same one that does not: the same parameters, noise,
 * commands and cuts of its power. Before the onset both are equal to the last bit, and afterwards
 * their difference is what the malfunction does.
 */
import type { CommandValue, Physics } from '../device.ts';

export class Twinned implements Physics {
  readonly #ill: Physics;
  /** The one that is well. */
  readonly healthy: Physics;

  constructor(ill: Physics, healthy: Physics) {
    this.#ill = ill;
    this.healthy = healthy;
  }

  sample(t: number, n: number): Record<string, number> {
    return this.#ill.sample(t, n);
  }

  truth(t: number): Record<string, number> {
    return this.#ill.truth(t);
  }

  command(name: string, value: CommandValue, t: number): boolean {
    this.healthy.command(name, value, t);
    return this.#ill.command(name, value, t);
  }

  power(on: boolean, t: number): void {
    this.healthy.power(on, t);
    this.#ill.power(on, t);
  }
}
