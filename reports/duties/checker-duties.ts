/**
 * What every checker owes: it never passes on nothing, finds nothing where nothing went wrong, says
 * the same again, and does not care how the fleet was shared out. It is judged as in a run, with
 * all oracles and proofs that there are.
 */
import { type Catalog, type Duty, exampleOf, Misuse } from '#kernel';
import type { OracleKind } from '#oracles';
import type { CheckerKind } from '../checker.ts';
import { judge } from '../judge.ts';
import type { Segment } from '../judging/segments.ts';
import { FAILED, NOTHING_PLANNED } from '../judging/verdicts.ts';
import type { ProofKind } from '../proof.ts';
import type { CheckerResult } from '../result.ts';
import { emptyLedger, LANES_APART, LANES_TOGETHER, smallLedger, smallPlan } from './small-run.ts';
import { kindsOf, watched } from './watched.ts';

export const duties: readonly Duty<CheckerKind>[] = [
  {
    says: 'asks only oracles that there are',
    flaws: ({ asks = [] }, catalog) => {
      const known = kindsOf<OracleKind>(catalog, 'oracle').map(({ kind }) => kind);
      return asks
        .filter((name) => !known.includes(name.split('/')[0] ?? name))
        .map((name) => `asks names '${name}', which is no oracle`);
    },
  },
  {
    says: 'does not pass on an empty ledger',
    flaws: (checker, catalog) => {
      const answer = ask(checker, catalog, emptyLedger());
      // Who watches us may find that nothing was wrong with us, when there was nothing.
      return checker.broken === 'fail' && answer?.verdict === 'pass'
        ? ['it passes where nothing was written']
        : [];
    },
  },
  {
    says: 'finds nothing in a small run in which nothing goes wrong',
    flaws: (checker, catalog) => {
      const answer = ask(checker, catalog, whole(LANES_APART));
      const { findings = [], summary = NOTHING_PLANNED, verdict = 'unknown' } = answer ?? {};
      if (findings.length > 0)
        return findings.slice(0, 3).map(({ message }) => `finds: ${message}`);
      if (verdict !== 'unknown') return verdict === 'pass' ? [] : [`its verdict is ${verdict}`];
      if (summary === NOTHING_PLANNED) return [];
      return [
        `it applies to a small plan, and decides nothing of a run that went well: ${summary}`,
      ];
    },
  },
  {
    says: 'says the same again, and however the fleet was shared out',
    flaws: (checker, catalog) => {
      const [first, again, together] = [LANES_APART, LANES_APART, LANES_TOGETHER].map((lanes) =>
        JSON.stringify(ask(checker, catalog, whole(lanes))),
      );
      return [
        ...(first === again ? [] : ['of the same ledger it says otherwise the second time']),
        ...(first === together ? [] : ['what it says hangs on how lanes are shared out']),
      ];
    },
  },
];

const whole = (lanes: readonly (readonly number[])[]): Segment[] =>
  smallLedger(smallPlan([]), lanes);

/** Its answer; null where it does not apply. What it throws is thrown on. */
function ask(
  checker: CheckerKind,
  catalog: Catalog,
  segments: readonly Segment[],
): CheckerResult | null {
  const failure: { error?: unknown } = {};
  const expect = [{ checker: checker.kind, params: exampleOf(checker.params) }];
  const result = judge({
    plan: smallPlan(expect),
    planSha256: '',
    segments,
    checkers: [watched(checker, failure, 'start')],
    proofs: kindsOf<ProofKind>(catalog, 'proof'),
    oracles: kindsOf<OracleKind>(catalog, 'oracle'),
  });
  if (failure.error !== undefined) throw failure.error;
  const answer = result.checkers.find(({ id }) => id === checker.kind) ?? null;
  if (answer?.summary.startsWith(FAILED)) throw new Misuse(answer.summary);
  return answer;
}
