/** The faults that act on the children of one bus now, and what they amount to together. */
import type { BusTrouble } from '#kernel';

export class Troubles {
  /** By child, then by fault. */
  readonly #of = new Map<number, Map<string, BusTrouble>>();

  struck(child: number, fault: string, trouble: BusTrouble): void {
    const acting = this.#of.get(child) ?? new Map<string, BusTrouble>();
    this.#of.set(child, acting.set(fault, trouble));
  }

  relieved(child: number, fault: string): void {
    const acting = this.#of.get(child);
    acting?.delete(fault);
    if (acting?.size === 0) this.#of.delete(child);
  }

  isSilent(child: number): boolean {
    return this.#on(child).some(({ silent }) => silent !== undefined);
  }

  /** What it says meanwhile is gone. */
  loses(child: number): boolean {
    return this.#on(child).some(({ silent }) => silent === 'loses');
  }

  isStale(child: number): boolean {
    return this.#on(child).some(({ stale }) => stale === true);
  }

  isBusy(child: number): boolean {
    return this.#on(child).some(({ busy }) => busy === true);
  }

  lateMsOf(child: number): number {
    return this.#on(child).reduce((sum, { lateMs = 0 }) => sum + lateMs, 0);
  }

  lossOf(child: number): number {
    return 1 - this.#on(child).reduce((kept, { loss = 0 }) => kept * (1 - loss), 1);
  }

  #on(child: number): readonly BusTrouble[] {
    const acting = this.#of.get(child);
    return acting === undefined ? NONE : [...acting.values()];
  }
}

const NONE: readonly BusTrouble[] = [];
