/**
 * Links are in the hands of the runner, and what is tied to a device's state is decided in its
 * shard: so a shard asks for a change of a link by news, and is called back once it is made. What
 * was changed is taken back in the same way, under the number that it was asked for with.
 */
import { type Undo, undoAll } from '#chaos';
import type { ToxicSpec } from '#kernel';
import type { LinkHands } from '../../run/device-actions.ts';

/** What a shard asks for; `undo` is the number of what is to be taken back. */
export type HandOrder = { number: number } & (
  | { kind: 'toxics'; cohort: number; fault: string; toxics: readonly ToxicSpec[] }
  | { kind: 'disable'; cohort: number }
  | { kind: 'undo'; undo: number }
);

export interface HandAnswer {
  number: number;
  /** Null where it is done. */
  error: string | null;
}

type Asked<T = HandOrder> = T extends unknown ? Omit<T, 'number'> : never;

/** In the shard. */
export class FarHands implements LinkHands {
  readonly #tell: (order: HandOrder) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  #next = 1;

  constructor(tell: (order: HandOrder) => void) {
    this.#tell = tell;
  }

  addToxics: LinkHands['addToxics'] = (cohort, fault, toxics) =>
    this.#change({ kind: 'toxics', cohort, fault, toxics });

  disableLink: LinkHands['disableLink'] = (cohort) => this.#change({ kind: 'disable', cohort });

  answered({ number, error }: HandAnswer): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (error === null) waiting?.resolve();
    else waiting?.reject(new Error(error));
  }

  async #change(what: Asked): Promise<Undo> {
    const { number, done } = this.#order(what);
    await done;
    return undoAll([() => this.#order({ kind: 'undo', undo: number }).done]);
  }

  #order(what: Asked): { number: number; done: Promise<void> } {
    const number = this.#next++;
    const waiting = Promise.withResolvers<void>();
    this.#waiting.set(number, waiting);
    this.#tell({ number, ...what } as HandOrder);
    return { number, done: waiting.promise };
  }
}

/** In the runner, for one shard. */
export class HandsDesk {
  readonly #hands: LinkHands;
  readonly #answer: (answer: HandAnswer) => void;
  readonly #undos = new Map<number, Undo>();

  constructor(hands: LinkHands, answer: (answer: HandAnswer) => void) {
    this.#hands = hands;
    this.#answer = answer;
  }

  hear(order: HandOrder): void {
    const { number } = order;
    this.#carryOut(order).then(
      () => this.#answer({ number, error: null }),
      (error: Error) => this.#answer({ number, error: error.message }),
    );
  }

  async #carryOut(order: HandOrder): Promise<void> {
    if (order.kind === 'undo') {
      await this.#undos.get(order.undo)?.();
      this.#undos.delete(order.undo);
      return;
    }
    const undo =
      order.kind === 'toxics'
        ? await this.#hands.addToxics(order.cohort, order.fault, order.toxics)
        : await this.#hands.disableLink(order.cohort);
    this.#undos.set(order.number, undo);
  }
}
