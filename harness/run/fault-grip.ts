/**
 * The hands that one fault gets, with a memory of what they did. A fault that fails half-way, hangs
 * or forgets a part of its undo leaves nothing behind: whatever its hands did is taken back without
 * its help.
 */
import { type FaultHands, type Undo, undoAll } from '#chaos';

export class FaultGrip implements FaultHands {
  readonly #hands: FaultHands;
  readonly #done: Promise<Undo | null>[] = [];
  #release: Undo | null = null;

  constructor(hands: FaultHands) {
    this.#hands = hands;
  }

  addToxics: FaultHands['addToxics'] = (...what) =>
    this.#remember(() => this.#hands.addToxics(...what));

  disableLink: FaultHands['disableLink'] = (cohort) =>
    this.#remember(() => this.#hands.disableLink(cohort));

  killTarget: FaultHands['killTarget'] = () => this.#remember(() => this.#hands.killTarget());

  cutPower: FaultHands['cutPower'] = (devices) =>
    this.#remember(() => this.#hands.cutPower(devices));

  /**
   * Takes back whatever was done, also what is only being done now; from here on nothing can be
   * done with these hands. Asked again, it tries again what failed.
   */
  release(): Promise<void> {
    this.#release ??= undoAll(
      this.#done.map((doing) => async () => {
        const undo = await doing;
        await undo?.();
      }),
    );
    return this.#release();
  }

  #remember(act: () => Promise<Undo>): Promise<Undo> {
    if (this.#release !== null) return Promise.reject(new Error('the fault is over'));
    const doing = act();
    this.#done.push(doing.catch(() => null));
    return doing;
  }
}
