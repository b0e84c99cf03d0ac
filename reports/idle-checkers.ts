/**
 * The checkers that could decide nothing of a run which has a graver reason for its verdict. After
 * a run broke off these are most of them, one like the other, and would bury the cause: on a
 * terminal their number is told. A run that is unknown has its reasons in them, and tells each.
 */
import type { CheckerResult, Result } from './result.ts';
import { checkerName, plural } from './wording.ts';

const FEW = 2;

export class IdleCheckers {
  readonly #idle: readonly CheckerResult[];

  constructor({ verdict, checkers }: Pick<Result, 'checkers' | 'verdict'>) {
    const idle = checkers.filter(isIdle);
    this.#idle = verdict === 'unknown' || idle.length <= FEW ? [] : idle;
  }

  has(checker: CheckerResult): boolean {
    return this.#idle.includes(checker);
  }

  /** Whether a reason of the run is what one of them has to say. */
  gives(reason: string): boolean {
    return this.#idle.some((one) => reason === `${checkerName(one)}: ${one.summary}`);
  }

  /** One line for all of them, or none. */
  get lines(): string[] {
    const { length } = this.#idle;
    return length === 0
      ? []
      : [`  unknown ${plural(length, 'checker')} could decide nothing; result.json names them`];
  }
}

const isIdle = ({ verdict, decided, findingCount }: CheckerResult): boolean =>
  verdict === 'unknown' && decided === 0 && findingCount === 0;
