/** One child on the bus of its gateway: what that heard of it, and what it was to say upward. */

export interface ChildMistake {
  t: number;
  kind: /** It was silent for long enough, and nobody was told, or not in time. */
    | 'untold'
    /** It answered, and nobody was told that it is there, or not in time. */
    | 'untold-there'
    /** It was told lost, and had not left enough questions without an answer. */
    | 'told-too-early'
    /** It was told to be there, and had not answered. */
    | 'told-unheard'
    /** The same was told before, and nothing had happened since. */
    | 'told-twice'
    /** What it said is gone off its bus, and no fault had taken it off that. */
    | 'lost-off-bus';
  /** How many questions in a row it had left without an answer. */
  misses: number;
}

/** Moments in microseconds. */
export interface ChildStory {
  child: number;
  gateway: number;
  /** What was to be told of it, and was. */
  kept: number;
  /** What was still to be told when nothing more was asked. */
  open: number;
  mistakes: readonly ChildMistake[];
  /** Of one that a fault on its bus names. */
  misses: readonly number[];
  /** The first after each loss of silence; a child that goes on answering is not told of. */
  answers: readonly number[];
  taken: readonly { t: number; stream: number; n: number }[];
  /** Readings that say the same as at least two before them. */
  alike: readonly number[];
}

/** A gateway gathers what it has to say, and a busy machine is slow. */
const WITHIN_US = 2_500_000;

type Word = 'lost' | 'there';
type Fields = Readonly<Record<string, number | boolean>>;

export class OneChild {
  readonly child: number;
  readonly gateway: number;
  readonly #lostAfter: number;
  readonly #isNamed: boolean;
  #misses = 0;
  /** What is so, and what was said of it last; null where nobody can say. */
  #is: Word | null = null;
  #told: Word | null = null;
  /** When either changed. */
  #since = 0;
  /** That it was not told is told already. */
  #isBlamed = false;
  #kept = 0;
  readonly #mistakes: ChildMistake[] = [];
  readonly #seen = {
    misses: [] as number[],
    answers: [] as number[],
    taken: [] as { t: number; stream: number; n: number }[],
    alike: [] as number[],
  };

  constructor(child: number, gateway: number, lostAfter: number, isNamed: boolean) {
    this.child = child;
    this.gateway = gateway;
    this.#lostAfter = lostAfter;
    this.#isNamed = isNamed;
  }

  told(op: string, t: number, fields: Fields): void {
    this.#expire(t);
    if (op === 'gateway/missed') this.#missed(t);
    else if (op === 'gateway/answered') this.#answered(t);
    else if (op === 'gateway/told') this.#said(t, fields.lost === true ? 'lost' : 'there');
    else if (!this.#isNamed) return;
    else if (op === 'gateway/alike') this.#seen.alike.push(t);
    else this.#seen.taken.push({ t, stream: Number(fields.stream), n: Number(fields.n) });
  }

  lostOffBus(t: number): void {
    this.#mistake(t, 'lost-off-bus');
  }

  /** The memory of its gateway is gone. */
  forgot(t: number): void {
    this.#expire(t);
    this.#misses = 0;
    this.#turn(t, null, null);
  }

  story(untilUs: number): ChildStory {
    this.#expire(untilUs);
    const { child, gateway } = this;
    const open = this.#isOpen ? 1 : 0;
    return { child, gateway, kept: this.#kept, open, mistakes: this.#mistakes, ...this.#seen };
  }

  get #isOpen(): boolean {
    return this.#is !== null && this.#is !== this.#told && !this.#isBlamed;
  }

  #missed(t: number): void {
    this.#misses++;
    if (this.#isNamed) this.#seen.misses.push(t);
    if (this.#misses >= this.#lostAfter) this.#turn(t, 'lost', this.#told);
  }

  #answered(t: number): void {
    this.#misses = 0;
    if (this.#isNamed) this.#seen.answers.push(t);
    this.#turn(t, 'there', this.#told);
  }

  #said(t: number, word: Word): void {
    if (word !== this.#is) {
      this.#mistake(t, word === 'lost' ? 'told-too-early' : 'told-unheard');
    } else if (word === this.#told) this.#mistake(t, 'told-twice');
    else if (!this.#isBlamed) this.#kept++;
    this.#turn(t, this.#is, word);
  }

  #turn(t: number, is: Word | null, told: Word | null): void {
    if (is === this.#is && told === this.#told) return;
    this.#is = is;
    this.#told = told;
    this.#since = t;
    this.#isBlamed = false;
  }

  /** What was to be told by now. */
  #expire(t: number): void {
    if (!this.#isOpen || !(t - this.#since > WITHIN_US)) return;
    this.#isBlamed = true;
    this.#mistake(this.#since, this.#is === 'lost' ? 'untold' : 'untold-there');
  }

  #mistake(t: number, kind: ChildMistake['kind']): void {
    this.#mistakes.push({ t, kind, misses: this.#misses });
  }
}
