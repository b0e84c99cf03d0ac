/**
 * What every proof owes: it states of links what can be so, and never says yes of a fault that did
 * nothing, whoever was there. It is tried on the faults that name it, in a small run in which they
 * were injected and nobody noticed; that it says yes where one happened is for its stories.
 */
import { type Catalog, type Duty, defaultsOf, type FaultPlan, type Plan } from '#kernel';
import { judge } from '../judge.ts';
import type { Segment } from '../judging/segments.ts';
import { UNTOUCHED } from '../link.ts';
import type { ProofKind } from '../proof.ts';
import type { FaultResult } from '../result.ts';
import {
  emptyLedger,
  faultStory,
  LANES_APART,
  LANES_TOGETHER,
  SMALL_FAULT,
  smallLedger,
  smallPlan,
} from './small-run.ts';
import { kindsOf, watched } from './watched.ts';

export const duties: readonly Duty<ProofKind>[] = [
  {
    says: 'is named by a fault, or nobody ever asks it',
    advice: true,
    flaws: (proof, catalog) =>
      faultsOf(proof, catalog).length > 0 ? [] : ['no fault names it; try it together with one'],
  },
  {
    says: 'states the same of a link each time, and only what can be so',
    flaws: (proof, catalog) => faultsOf(proof, catalog).flatMap((fault) => linkFlaws(proof, fault)),
  },
  {
    says: 'says no yes to a fault that did nothing, was never injected, or left no ledger',
    flaws: (proof, catalog) =>
      faultsOf(proof, catalog).flatMap((fault) => {
        const plan = planWith(fault);
        const nothing = smallLedger(plan, LANES_APART, faultStory(fault));
        return [
          ...believed(proof, catalog, plan, nothing, 'that did nothing'),
          ...believed(proof, catalog, plan, smallLedger(plan, LANES_APART), 'never injected'),
          ...believed(proof, catalog, plan, emptyLedger(), 'of which nothing is written'),
        ];
      }),
  },
  {
    says: 'says the same again, and however the fleet was shared out',
    flaws: (proof, catalog) =>
      faultsOf(proof, catalog).flatMap((fault) => {
        const plan = planWith(fault);
        const [first, again, together] = [LANES_APART, LANES_APART, LANES_TOGETHER].map((lanes) =>
          JSON.stringify(ask(proof, catalog, plan, smallLedger(plan, lanes, faultStory(fault)))),
        );
        return [
          ...(first === again ? [] : ['of the same ledger it says otherwise the second time']),
          ...(first === together ? [] : ['what it says hangs on how lanes are shared out']),
        ];
      }),
  },
];

/** What is asked of a fault here; the room it lives in is not entered. */
interface FaultLike {
  kind: string;
  acts: FaultPlan['acts'];
  params: Parameters<typeof defaultsOf>[0];
  resolve(params: FaultPlan['params']): Pick<FaultPlan, 'proof' | 'toxics' | 'down'>;
}

/** As a plan holds them, with their defaults. */
const faultsOf = ({ kind }: ProofKind, catalog: Catalog): FaultPlan[] =>
  kindsOf<FaultLike>(catalog, 'fault').flatMap(
    ({ kind: fault, acts, params: declared, resolve }) => {
      const params = defaultsOf(declared);
      const effect = resolve(params);
      return effect.proof.kind === kind ? [{ ...SMALL_FAULT, fault, acts, params, ...effect }] : [];
    },
  );

const planWith = (fault: FaultPlan): Plan => {
  const plan = smallPlan([]);
  return {
    ...plan,
    faults: [fault],
    cohorts: plan.cohorts.map((cohort) => ({ ...cohort, faults: [fault.id] })),
  };
};

function linkFlaws(proof: ProofKind, { fault, ...plan }: FaultPlan): string[] {
  const [link, again] = [1, 2].map(() => proof.link(Object.freeze({ fault, ...plan })));
  const strange = Object.keys(link ?? {}).filter((name) => !Object.hasOwn(UNTOUCHED, name));
  const { cuts, ends, refuses, forgets, carries } = { ...UNTOUCHED, ...link };
  const isGone = forgets !== 'nobody' || (refuses && ends);
  const flawIf = (flawed: boolean, flaw: string): string[] =>
    flawed ? [`link of ${fault}: ${flaw}`] : [];
  return [
    ...flawIf(JSON.stringify(link) !== JSON.stringify(again), 'is another one the second time'),
    ...strange.flatMap((name) => flawIf(true, `there is no '${name}'`)),
    ...flawIf(cuts && !ends, 'cuts connections that do not end'),
    ...flawIf(isGone && (carries.up || carries.down), 'carries bytes to who is gone'),
  ];
}

function believed(
  proof: ProofKind,
  catalog: Catalog,
  plan: Plan,
  segments: readonly Segment[],
  which: string,
): string[] {
  const { effective, evidence } = ask(proof, catalog, plan, segments);
  const fault = plan.faults[0]?.fault ?? '';
  return effective === true ? [`says yes to a ${fault} ${which}: ${evidence}`] : [];
}

/** What comes of its fault in a run. What it throws is thrown on. */
function ask(
  proof: ProofKind,
  catalog: Catalog,
  plan: Plan,
  segments: readonly Segment[],
): FaultResult {
  const failure: { error?: unknown } = {};
  const { faults } = judge({
    plan,
    planSha256: '',
    segments,
    checkers: [],
    proofs: [watched(proof, failure, 'witness')],
    oracles: kindsOf(catalog, 'oracle'),
  });
  if (failure.error !== undefined) throw failure.error;
  return faults[0] as FaultResult;
}
