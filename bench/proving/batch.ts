/**
 * A batch of what is made up: histories against an oracle, or inputs into a parser. It is counted
 * off by numbers alone, so that a batch is the same wherever it is run. What fails is made as small
 * as it can be before it is told.
 */
import fc from 'fast-check';
import { type LedgerEntry, type Plan, randomStream } from '#kernel';
import type { Histories, History, OracleKind } from '#oracles';
import type { Fuzz } from '../../kernel/testing/fuzz.ts';
import { foldHistory } from '../../twins/oracles/testing/fold-history.ts';
import { smallest } from './smallest.ts';

/** How much of a counterexample is told. */
const TOLD_MAX = 1500;

/** Histories `first`, `first + 1` …; null when the oracle agrees with all of them. */
export function disagreement(
  kinds: ReadonlyMap<string, OracleKind>,
  histories: Histories,
  first: number,
  count: number,
): { number: number; wrong: string } | null {
  for (let number = first; number < first + count; number++) {
    const history = histories.history(randomStream(number, `histories/${histories.oracle}`));
    if (differs(kinds, histories, history).length === 0) continue;
    const entries = smallest(
      history.entries,
      (kept) => differs(kinds, histories, { ...history, entries: kept }).length > 0,
    );
    const [difference = ''] = differs(kinds, histories, { ...history, entries });
    return { number, wrong: `${difference}\n${toldEntries(entries, history.plan)}` };
  }
  return null;
}

function differs(
  kinds: ReadonlyMap<string, OracleKind>,
  histories: Histories,
  history: History,
): string[] {
  try {
    return histories.differences(foldHistory(kinds, histories.oracle, history), history);
  } catch (error) {
    return [(error as Error).message];
  }
}

const toldEntries = (entries: readonly LedgerEntry[], { devices, target }: Plan): string =>
  [
    `${devices.length} devices, ${target.keepsTelemetry ? 'a store' : 'no store'}, after`,
    ...entries.map((entry) => JSON.stringify(entry)),
  ]
    .join('\n')
    .slice(0, TOLD_MAX);

/** The inputs that belong to the number `seed`; null when all are survived. */
export function casualty({ input, survives }: Fuzz, seed: number, count: number): string | null {
  const run = fc.check(fc.property(input, survives), { seed, numRuns: count });
  if (!run.failed) return null;
  const cause = run.errorInstance;
  const why = cause instanceof Error ? cause.message : String(cause);
  return `${why}\non ${fc.stringify(run.counterexample)}`.slice(0, TOLD_MAX);
}
