/**
 * What a run did to the world, as a stack of the ways back. A way back is registered before its
 * step begins, so that a step which fails half-way is taken back as well. On the way out they run
 * newest first, each on its own: one that throws or hangs is told, and stops none of the others.
 */
import { formatDuration, type Timers } from '#kernel';
import { within } from './bounded.ts';

/** Takes one step back; harmless when the step never came to anything. */
export type TakeBack = () => void | Promise<void>;

/** What could not be taken back, and why. */
export interface UndoFailure {
  name: string;
  why: string;
}

/** For people, and for the ledger. */
export const undoNote = ({ name, why }: UndoFailure): string =>
  `${name} could not be taken back: ${why}`;

interface Step {
  name: string;
  takeBack: TakeBack;
  boundMs: number;
}

const UNDO_MS = 10_000;

export class UndoStack {
  readonly #timers: Timers;
  readonly #tell: (failure: UndoFailure) => void;
  readonly #steps: Step[] = [];
  #unwinding: Promise<UndoFailure[]> | null = null;

  /** `tell` hears of every failure at once, while there may still be a ledger to write it into. */
  constructor(timers: Timers, tell: (failure: UndoFailure) => void) {
    this.#timers = timers;
    this.#tell = tell;
  }

  /** To be called before the step begins. On the way out no step may begin any more. */
  register(name: string, takeBack: TakeBack, boundMs = UNDO_MS): void {
    if (this.#unwinding !== null)
      throw new Error(`${name} came too late: the run is on its way out`);
    this.#steps.push({ name, takeBack, boundMs });
  }

  /** Opens what must be closed again; should the opening fail, there is nothing to close. */
  hold<T>(
    name: string,
    open: () => T,
    close: (held: T) => void | Promise<void>,
    boundMs?: number,
  ): T {
    let held: { value: T } | null = null;
    this.register(name, () => (held === null ? undefined : close(held.value)), boundMs);
    held = { value: open() };
    return held.value;
  }

  /** Takes everything back, once, and says what could not be. Never throws. */
  unwind(): Promise<UndoFailure[]> {
    this.#unwinding ??= this.#unwind();
    return this.#unwinding;
  }

  async #unwind(): Promise<UndoFailure[]> {
    const failures: UndoFailure[] = [];
    for (const step of this.#steps.reverse()) {
      const why = await this.#take(step);
      if (why === null) continue;
      const failure = { name: step.name, why };
      failures.push(failure);
      this.#say(failure);
    }
    return failures;
  }

  /** Why it could not be taken back, or null. */
  async #take({ takeBack, boundMs }: Step): Promise<string | null> {
    const late = (): Error => new Error(`not done within ${formatDuration(boundMs)}`);
    const run = async (): Promise<void> => takeBack();
    try {
      await within(this.#timers, boundMs, run(), late);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Whoever is told may be part of what broke. */
  #say(failure: UndoFailure): void {
    try {
      this.#tell(failure);
    } catch {
      // It is in the list all the same.
    }
  }
}
