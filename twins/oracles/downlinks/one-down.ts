/** What is told of one child that does not always listen, and what is known of it then. */

/** A message on its way down. */
export interface Letter {
  stream: number;
  n: number;
  bytes: number;
  /** Microseconds. */
  broughtAt: number;
}

export interface DownMistake {
  t: number;
  kind: /** It was given while the child did not listen. */
    | 'not-listening'
    /** It was older than its parent may keep it. */
    | 'too-old'
    /** It was let go before it was that old, or for a reason that is not so. */
    | 'let-go-early'
    /** The child was there for it, and was not given it. */
    | 'not-given'
    /** A second one after the same packet. */
    | 'second'
    /** It was on the air more than its duty cycle allows. */
    | 'on-air-too-long'
    /** No packet of that data rate holds it. */
    | 'too-long'
    /** It was let go as if the child were not there, and it was. */
    | 'was-there';
  stream: number;
  n: number;
}

export interface DownStory {
  child: number;
  gateway: number;
  given: number;
  letGo: number;
  heard: number;
  waiting: number;
  mistakes: readonly DownMistake[];
}

/** What an oracle of one child is told. */
export interface OneDown {
  brought(letter: Letter): void;
  /** Something of its own came up. */
  heard(t: number, stream: number, n: number, bytes: number): void;
  received(t: number, stream: number, n: number): void;
  letGo(t: number, stream: number, n: number, why: string): void;
  /** The gateway lost its memory. */
  forgot(): void;
  /** The gateway fell asleep, and does nothing; it knows what it knew. */
  slept?(t: number): void;
  story(): Omit<DownStory, 'child' | 'gateway'>;
}
