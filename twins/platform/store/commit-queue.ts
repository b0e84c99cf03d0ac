/**
 * Group commit: writes of one turn of the event loop share one transaction, and only then is
 * anybody told. This is what makes "acknowledged" mean "committed" at a price of microseconds.
 * Writes that nobody waits for ride along with the next transaction, or go on their own a moment
 * later.
 */
import type { Timers } from '#kernel';

export interface Transactions {
  begin(): void;
  commit(): void;
  rollback(): void;
}

interface Work {
  write: () => void;
  done: ((error: Error | null) => void) | null;
}

/** So many writes are committed at once, without waiting for the end of the turn. */
const BATCH_MAX = 256;
/**
 * And as few as take so long, by what those before them took: in a flood of alarms a write costs a
 * hundred times what it usually does, and whoever is first in a batch waits for the others.
 */
const BATCH_MS = 20;
const BATCH_LEAST = 8;
/** Writes that nobody waits for are in the file after this time at the latest. */
const LINGER_MS = 100;

/** What keeps the file from taking what it is given, as an ailing disk does. */
export interface Hindrance {
  /** A commit takes so much longer, and so much longer for each write in it. */
  commitMs: number;
  writeMs: number;
  /** There is no room: nothing can be begun. What waits goes on waiting, and nobody is told. */
  isFull: boolean;
}

const UNHINDERED: Hindrance = { commitMs: 0, writeMs: 0, isFull: false };
/** So often it is tried whether there is room again. */
const AGAIN_MS = 50;

/** The queue as a service sees it. */
export type Commits = Pick<CommitQueue, 'add' | 'defer'>;

export class CommitQueue {
  readonly #transactions: Transactions;
  readonly #timers: Timers;
  readonly #onFatal: (error: Error) => void;
  #works: Work[] = [];
  /** What is being written now; a write that asks for another one has it in its own transaction. */
  #running: Work[] | null = null;
  #isArmed = false;
  #isLingering = false;
  #isStopped = false;
  #isTryingAgain = false;
  #hindrance = UNHINDERED;
  #batchMost = BATCH_MAX;
  /** Written, and the disk has not said so yet: nobody is told, and nothing new is begun. */
  readonly #slow: Work[][] = [];
  /** Gives up waiting for the first of them. */
  #forget: () => void = () => {};

  constructor(transactions: Transactions, timers: Timers, onFatal: (error: Error) => void) {
    this.#transactions = transactions;
    this.#timers = timers;
    this.#onFatal = onFatal;
  }

  /** Whether somebody waits for the next commit. */
  get isArmed(): boolean {
    return this.#isArmed || this.#slow.length > 0;
  }

  /** Whether anything can be committed now. */
  get hasRoom(): boolean {
    return !this.#hindrance.isFull;
  }

  /** What was slow until now is over as soon as the disk is well. */
  hinder(hindrance: Hindrance): void {
    this.#hindrance = hindrance;
    if (hindrance.commitMs + hindrance.writeMs > 0 || this.#slow.length === 0) return;
    this.#forget();
    for (const works of this.#slow.splice(0)) if (!this.#isStopped) tell(works);
    if (this.#works.some(({ done }) => done !== null)) this.#arm();
  }

  /**
   * Calls `done` once `write` is committed. A stopped queue never calls back: nobody is left to
   * tell. Asked for by a write that is running, it joins that transaction: an answer is as durable
   * as what it answers.
   */
  add(write: () => void, done: (error: Error | null) => void): void {
    this.#push({ write, done });
    if (this.#running !== null) return;
    if (this.#works.length >= this.#batchMost && this.#slow.length === 0) this.flush();
    else this.#arm();
  }

  run(write: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.add(write, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  /** Committed with whatever comes next, in order. */
  defer(write: () => void): void {
    this.#push({ write, done: null });
    if (this.#running !== null) return;
    if (this.#works.length >= BATCH_MAX) this.#arm();
    else if (!this.#isArmed) this.#linger();
  }

  /** Commits now what waits; false where it could not. */
  flush(): boolean {
    if (this.#running !== null) return false;
    this.#isArmed = false;
    if (this.#works.length === 0 || this.#isStopped) return !this.#isStopped;
    if (this.#hindrance.isFull) {
      this.#isArmed = true;
      this.#tryAgain();
      return false;
    }
    const works = this.#works;
    this.#works = [];
    const error = this.#commit(works);
    if (error !== null) {
      // Memory and file disagree from here on: a platform that cannot commit must not go on
      // answering.
      this.stop();
      this.#onFatal(error);
      return false;
    }
    const { commitMs, writeMs } = this.#hindrance;
    if (commitMs + writeMs > 0 || this.#slow.length > 0) this.#tellLater(works);
    else tell(works);
    return true;
  }

  /** From now on nothing is written and nobody is called: the process is as good as dead. */
  stop(): void {
    this.#isStopped = true;
    this.#works = [];
  }

  #push(work: Work): void {
    if (!this.#isStopped) (this.#running ?? this.#works).push(work);
  }

  #arm(): void {
    if (this.#isArmed || this.#isStopped) return;
    this.#isArmed = true;
    setImmediate(() => this.#turn());
  }

  /** Whoever asks meanwhile waits for the same attempt. */
  #tryAgain(): void {
    if (this.#isTryingAgain) return;
    this.#isTryingAgain = true;
    this.#timers.after(AGAIN_MS, () => {
      this.#isTryingAgain = false;
      this.flush();
    });
  }

  /** On a slow disk the next commit begins when the one before has ended. */
  #turn(): void {
    if (this.#slow.length === 0) this.flush();
    else this.#isArmed = false;
  }

  /** In order, each after its own time. */
  #tellLater(works: Work[]): void {
    this.#slow.push(works);
    if (this.#slow.length === 1) this.#tellFirst(works);
  }

  #tellFirst(works: Work[]): void {
    const { commitMs, writeMs } = this.#hindrance;
    this.#forget = this.#timers.after(commitMs + writeMs * works.length, () => this.#tellSlow());
  }

  #tellSlow(): void {
    const works = this.#slow.shift();
    if (this.#isStopped || works === undefined) return;
    tell(works);
    const [next] = this.#slow;
    if (next !== undefined) this.#tellFirst(next);
    else if (this.#works.some(({ done }) => done !== null)) this.#arm();
  }

  #linger(): void {
    if (this.#isLingering || this.#isStopped) return;
    this.#isLingering = true;
    this.#timers.after(LINGER_MS, () => {
      this.#isLingering = false;
      if (!this.#isArmed) this.#turn();
    });
  }

  /** In virtual time nothing takes any. */
  #learn(writes: number, tookMs: number): void {
    const fits = tookMs > 0 ? Math.round((BATCH_MS / tookMs) * writes) : BATCH_MAX;
    // Half of what was known, since one commit may meet a checkpoint.
    const most = Math.round((this.#batchMost + fits) / 2);
    this.#batchMost = Math.min(BATCH_MAX, Math.max(BATCH_LEAST, most));
  }

  #commit(works: Work[]): Error | null {
    this.#running = works;
    const beganAt = this.#timers.now();
    try {
      this.#transactions.begin();
      // Visits as well what is added on the way.
      for (const work of works) work.write();
      this.#transactions.commit();
      this.#learn(works.length, this.#timers.now() - beganAt);
      return null;
    } catch (error) {
      try {
        this.#transactions.rollback();
      } catch {
        // The first error is the one that tells; a failed rollback follows from it.
      }
      return error as Error;
    } finally {
      this.#running = null;
    }
  }
}

function tell(works: readonly Work[]): void {
  for (const work of works) work.done?.(null);
}
