/**
 * Work that is put off to the end of the turn and done once per item: what a client writes in one
 * turn leaves as one write. One tick serves all items, in the order in which they came, so that it
 * is the same in every run of the sim gear.
 */
export class TurnEnd<T> {
  readonly #act: (item: T) => void;
  readonly #run = (): void => {
    const items = this.#items;
    this.#items = [];
    for (const item of items) this.#act(item);
  };
  #items: T[] = [];

  constructor(act: (item: T) => void) {
    this.#act = act;
  }

  add(item: T): void {
    if (this.#items.push(item) === 1) process.nextTick(this.#run);
  }
}
