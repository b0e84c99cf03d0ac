/** One resource that a gateway observes: what came of it, and when it was to be registered. */

/** Moments in microseconds. */
export interface ObservationMistake {
  t: number;
  kind: /** It took what was older than what it had, or the same again. */
    | 'took-older'
    /** It left what was newer. */
    | 'left-newer'
    /** It did not register, and was to. */
    | 'not-registered'
    /** A notification was to be acknowledged, or not, and it was otherwise. */
    | 'undeclared';
  /** Of the notification, and of the one before it. */
  seq: number | null;
  than: number | null;
}

export interface ObservationStory {
  child: number;
  gateway: number;
  path: string;
  kept: number;
  /** Of so many notifications nobody can tell. */
  open: number;
  mistakes: readonly ObservationMistake[];
}

export interface Rules {
  confirmable: boolean;
  maxAgeUs: number;
  timeoutUs: number;
  pollUs: number;
}

/** So many numbers there are; what is less than half of them ahead is newer. */
const CIRCLE = 2 ** 24;
/** After so long a number says nothing any more, and near that nobody can tell who counted how. */
const FORGOTTEN_US = 128_000_000;
const UNSURE_US = 100_000;
/** A busy machine is slow. */
const REGISTERS_WITHIN_US = 2_500_000;

interface Arrival {
  seq: number;
  answers: boolean;
  confirmable: boolean;
  taken: boolean;
}

export class ObservedResource {
  readonly #child: number;
  readonly #gateway: number;
  readonly #path: string;
  readonly #rules: Rules;
  /** The newest that came in since it was registered. */
  #last: { seq: number; t: number } | null = null;
  /** From when on it has to register; null while its gateway does not run. */
  #dueFrom: number | null = null;
  #runs = false;
  #isBlamed = false;
  #kept = 0;
  #open = 0;
  readonly #mistakes: ObservationMistake[] = [];

  constructor(child: number, gateway: number, path: string, rules: Rules) {
    this.#child = child;
    this.#gateway = gateway;
    this.#path = path;
    this.#rules = rules;
  }

  /** Its gateway runs from now on, or does not and forgets all of it. */
  turned(t: number, runs: boolean): void {
    if (runs === this.#runs) return;
    this.#expire(t);
    this.#runs = runs;
    if (!runs) this.#last = null;
    this.#due(runs ? t : null);
  }

  registered(t: number): void {
    this.#expire(t);
    if (!this.#isBlamed) this.#kept++;
    this.#due(t + this.#rules.timeoutUs);
  }

  turnedDown(t: number): void {
    this.#expire(t);
    this.#last = null;
    this.#due(t);
  }

  observed(t: number, arrival: Arrival): void {
    this.#expire(t);
    this.#judge(t, arrival);
    const { answers, confirmable, seq, taken } = arrival;
    if (!answers && confirmable !== this.#rules.confirmable) this.#mistake(t, 'undeclared', seq);
    if (answers || this.#isNewer(t, seq) === true) this.#last = { seq, t };
    if (taken) this.#due(t + this.#rules.maxAgeUs);
  }

  story(untilUs: number): ObservationStory {
    this.#expire(untilUs);
    return {
      ...{ child: this.#child, gateway: this.#gateway, path: this.#path },
      ...{ kept: this.#kept, open: this.#open, mistakes: this.#mistakes },
    };
  }

  #judge(t: number, { answers, seq, taken }: Arrival): void {
    // What answers a registration is what there is now, whatever its number.
    const isNewer = answers || this.#isNewer(t, seq);
    if (isNewer === null) this.#open++;
    else if (isNewer === taken) this.#kept++;
    else this.#mistake(t, taken ? 'took-older' : 'left-newer', seq);
  }

  /** Null where nobody can tell. */
  #isNewer(t: number, seq: number): boolean | null {
    if (this.#last === null) return true;
    const ahead = (seq - this.#last.seq + CIRCLE) % CIRCLE;
    if (ahead > 0 && ahead < CIRCLE / 2) return true;
    const beyondUs = t - this.#last.t - FORGOTTEN_US;
    return Math.abs(beyondUs) < UNSURE_US ? null : beyondUs > 0;
  }

  #due(from: number | null): void {
    // Whoever does something runs, whether or not that was told.
    if (from !== null) this.#runs = true;
    this.#dueFrom = from;
    this.#isBlamed = false;
  }

  #expire(t: number): void {
    if (this.#dueFrom === null || this.#isBlamed) return;
    if (t - this.#dueFrom <= this.#rules.pollUs + REGISTERS_WITHIN_US) return;
    this.#isBlamed = true;
    this.#mistake(this.#dueFrom, 'not-registered', null);
  }

  #mistake(t: number, kind: ObservationMistake['kind'], seq: number | null): void {
    this.#mistakes.push({ t, kind, seq, than: this.#last?.seq ?? null });
  }
}
