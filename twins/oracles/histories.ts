/**
 * How an oracle is held against a second opinion. Beside `<kind>.ts` may lie `<kind>.histories.ts`,
 * whose default export makes up what could have happened and reads the same entries once more,
 * naively. Nobody lists these files: the proving ground finds them by their names, also beside a
 * user's own oracle.
 */
import type { LedgerEntry, Plan, Random } from '#kernel';
import type { Oracles } from './oracle.ts';

/** Of one lane, or of a fleet: the oracle is asked about all devices of the plan. */
export interface History {
  plan: Plan;
  /** In the order of time. Whichever is left out, a history remains; a counterexample is cut so. */
  entries: readonly LedgerEntry[];
  /** What stands around them and is never left out: an observer that watched, a complete read. */
  before?: readonly LedgerEntry[];
  after?: readonly LedgerEntry[];
}

export interface Histories<T = unknown> {
  /** The kind of the oracle. */
  oracle: string;
  /** What is compared. */
  about: string;
  history(random: Random): History;
  /** Where the oracle, having seen all of it, differs from the naive reading: a sentence each. */
  differences(oracle: T, history: History): string[];
}

export function defineHistories<K extends keyof Oracles>(
  histories: Histories<Oracles[K]> & { oracle: K },
): Histories;
export function defineHistories<T>(histories: Histories<T>): Histories;
export function defineHistories(histories: Histories): Histories {
  return histories;
}

/** All entries of a history, as they would stand in a ledger. */
export const entriesOf = ({ before = [], entries, after = [] }: History): LedgerEntry[] => [
  ...before,
  ...entries,
  ...after,
];
