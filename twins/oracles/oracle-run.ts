/**
 * The oracles of one lane, or of the fleet, while entries pass: each is started when it is asked
 * for first, those that it asks before itself, and in that order they see every entry. One that
 * throws is out of the run, and those that lean on it are with it.
 */
import { errorText, type LedgerEntry } from '#kernel';
import type { AskOracle, OracleContext, OracleFold, OracleKind } from './oracle.ts';
import type { OracleFailures } from './oracle-failures.ts';

export interface OracleRunRequest {
  kinds: ReadonlyMap<string, OracleKind>;
  scope: OracleKind['scope'];
  around: Omit<OracleContext, 'of'>;
  failures: OracleFailures;
  /** Asks those of the other scope. */
  elsewhere: (kind: string) => unknown;
}

interface Running {
  oracle: OracleKind;
  fold: OracleFold;
}

export class OracleRun {
  readonly #request: OracleRunRequest;
  readonly #started = new Map<string, OracleFold>();
  readonly #starting: string[] = [];
  /** In the order in which they see an entry. */
  #running: Running[] = [];
  /** Who wants an op; made when it comes first. */
  readonly #wanted = new Map<string, readonly Running[]>();
  #begun = false;

  constructor(request: OracleRunRequest) {
    this.#request = request;
  }

  readonly of: AskOracle = <T>(kind: string): T => this.#ask(kind) as T;

  /** Entries come: who is not there yet has missed some. */
  begin(): void {
    this.#begun = true;
  }

  step(entry: LedgerEntry): void {
    for (const { oracle, fold } of this.#wanting(entry.op)) {
      try {
        fold.step(entry);
      } catch (error) {
        this.#fail(oracle.kind, error);
        this.#wanted.clear();
      }
    }
  }

  /** All entries have passed; others may be started, and see them from the first on. */
  rest(): void {
    this.#running = [];
    this.#wanted.clear();
    this.#begun = false;
  }

  /** What those that run want to see. */
  ops(): ReadonlySet<string> {
    return new Set(this.#running.flatMap(({ oracle }) => oracle.ops ?? []));
  }

  #ask(kind: string): unknown {
    const { kinds, scope, failures, elsewhere } = this.#request;
    const failure = failures.of(kind);
    if (failure !== null) throw new OracleError(failure);
    const started = this.#started.get(kind);
    if (started !== undefined) return started;
    const oracle = kinds.get(kind);
    if (oracle === undefined) throw new Error(`there is no oracle '${kind}' here`);
    if (oracle.scope !== scope) return elsewhere(kind);
    if (this.#begun) throw new Error(`the oracle '${kind}' was not asked for at the start`);
    return this.#start(oracle);
  }

  #start(oracle: OracleKind): OracleFold {
    const { around, failures } = this.#request;
    const { kind } = oracle;
    if (this.#starting.includes(kind)) {
      const circle = [...this.#starting.slice(this.#starting.indexOf(kind)), kind];
      throw new OracleError(`the oracles ask each other in a circle: ${circle.join(' → ')}`);
    }
    this.#starting.push(kind);
    const of: AskOracle = <T>(asked: string): T => {
      failures.noteAsked(kind, asked);
      return this.#ask(asked) as T;
    };
    try {
      if (oracle.scope === 'fleet' && oracle.ops === undefined) {
        throw new Error('it sees the whole fleet and does not say which ops');
      }
      const fold = oracle.start({ ...around, of });
      this.#started.set(kind, fold);
      this.#running.push({ oracle, fold });
      this.#wanted.clear();
      return fold;
    } catch (error) {
      throw new OracleError(this.#fail(kind, error));
    } finally {
      this.#starting.pop();
    }
  }

  #wanting(op: LedgerEntry['op']): readonly Running[] {
    let wanting = this.#wanted.get(op);
    if (wanting === undefined) {
      const { failures } = this.#request;
      wanting = this.#running.filter(
        ({ oracle }) => (oracle.ops ?? [op]).includes(op) && failures.of(oracle.kind) === null,
      );
      this.#wanted.set(op, wanting);
    }
    return wanting;
  }

  #fail(kind: string, error: unknown): string {
    const why =
      error instanceof OracleError
        ? error.message
        : `the oracle '${kind}' failed: ${errorText(error)}`;
    this.#request.failures.note(kind, why);
    return why;
  }
}

/** Says already which oracle it was: no other has to be named before it. */
class OracleError extends Error {}
