/**
 * The actions that one fault is given, with a memory of what was done by them. A fault that fails
 * half-way, hangs or forgets a part of its undo leaves nothing behind: whatever was done for it is
 * taken back without its help.
 */
import { type FaultActions, type Undo, undoAll } from '#chaos';

export class FaultGrip implements FaultActions {
  readonly #actions: FaultActions;
  readonly #done: Promise<Undo | null>[] = [];
  #release: Undo | null = null;

  constructor(actions: FaultActions) {
    this.#actions = actions;
  }

  addToxics: FaultActions['addToxics'] = (...what) =>
    this.#remember(() => this.#actions.addToxics(...what));

  tap: FaultActions['tap'] = (...what) => this.#remember(() => this.#actions.tap(...what));

  disableLink: FaultActions['disableLink'] = (cohort) =>
    this.#remember(() => this.#actions.disableLink(cohort));

  killTarget: FaultActions['killTarget'] = () => this.#remember(() => this.#actions.killTarget());

  trouble: FaultActions['trouble'] = (fault) => this.#remember(() => this.#actions.trouble(fault));

  useHand: FaultActions['useHand'] = (fault) => this.#remember(() => this.#actions.useHand(fault));

  cutPower: FaultActions['cutPower'] = (devices) =>
    this.#remember(() => this.#actions.cutPower(devices));

  strike: FaultActions['strike'] = (fault) => this.#remember(() => this.#actions.strike(fault));

  /**
   * Takes back whatever was done, also what is only being done now; from here on nothing can be
   * done by them. Asked again, it tries again what failed.
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
