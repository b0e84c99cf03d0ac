/** One child that always listens: of it there is only to say what came of what was for it. */
import type { DownStory, OneDown } from './one-down.ts';

export class Listener implements OneDown {
  readonly #counts = { given: 0, letGo: 0 };

  brought(): void {}

  heard(): void {}

  received(): void {
    this.#counts.given++;
  }

  letGo(): void {
    this.#counts.letGo++;
  }

  forgot(): void {}

  story(): Omit<DownStory, 'child' | 'gateway'> {
    return { ...this.#counts, heard: 0, waiting: 0, mistakes: [] };
  }
}
