/**
 * One who asks oracles and may be out of the run: a checker, the proof of a fault, the judge's own
 * account. It is out when it throws, and when an oracle that it asked does; its neighbours are not.
 */
import { errorText } from '#kernel';
import type { AskOracle, OracleFailures } from '#oracles';

export class Asker {
  readonly #failures: OracleFailures;
  readonly #asked = new Set<string>();
  readonly #named: readonly string[] | undefined;
  #thrown: string | null = null;

  /** `named` are the oracles that it says it asks; whoever does not say may ask any. */
  constructor(failures: OracleFailures, named?: readonly string[]) {
    this.#failures = failures;
    this.#named = named;
  }

  /** Why it is out of the run; null while it is well. What its oracle got wrong comes first. */
  get error(): string | null {
    if (this.#failures.isEmpty) return this.#thrown;
    for (const kind of this.#asked) {
      const why = this.#failures.of(kind);
      if (why !== null) return why;
    }
    return this.#thrown;
  }

  /** How it asks, so that it is known whom it leans on. */
  asking(of: AskOracle): AskOracle {
    return <T>(kind: string): T => {
      if (this.#named?.includes(kind) === false) {
        throw new Error(`the oracle '${kind}' is not among those that it says it asks`);
      }
      this.#asked.add(kind);
      return of<T>(kind);
    };
  }

  /** Whether it asked such an oracle, or one that did. */
  leansOn(is: (kind: string) => boolean): boolean {
    return [...this.#asked].some((kind) => this.#failures.reaches(kind, is));
  }

  fail(error: unknown): void {
    this.#thrown ??= errorText(error);
  }

  /** Null when it is out of the run, or is now. */
  guarded<T>(action: () => T): T | null {
    if (this.error !== null) return null;
    try {
      return action();
    } catch (error) {
      this.fail(error);
      return null;
    }
  }
}
