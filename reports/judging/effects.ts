/**
 * Whether each fault happened: the judge's own account, kept by the proofs that the plan names. In
 * every lane their witnesses watch the fault's targets; afterwards each proof is asked, once, and
 * what it answers is weighed. What nobody was in a position to see is undecided. A proof that is
 * not there, or that throws, leaves its own faults undecided, and nothing else.
 */
import { bulkBytesOf, type FaultPlan, type Plan } from '#kernel';
import { type FaultWindow, isHidden, type OracleFailures, overlaps, type Timeline } from '#oracles';
import { type LinkProperties, UNCERTAIN, UNTOUCHED } from '../link.ts';
import type { Answer, ProofKind, Sight } from '../proof.ts';
import type { Effect } from '../result.ts';
import { Asker } from './asker.ts';
import { companyOf, type Seen, seenBeside } from './beside.ts';
import { type FaultCase, type LaneView, LaneWatch } from './lane-watch.ts';
import { innerWindow } from './probe-sightings.ts';
import {
  askLinks,
  before,
  doubted,
  neverMet,
  ofOneLink,
  type Strike,
  sayStrikes,
  strikesOf,
} from './tied-effect.ts';
import { weigh } from './weigh.ts';

export class FaultBook {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #proofs: ReadonlyMap<string, ProofKind>;
  readonly #cases: ReadonlyMap<string, FaultCase>;

  constructor(
    plan: Plan,
    timeline: Timeline,
    proofs: readonly ProofKind[],
    failures: OracleFailures,
  ) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#proofs = new Map(proofs.map((proof) => [proof.kind, proof]));
    this.#cases = new Map(
      timeline.faults.map((fault) => [
        fault.id,
        {
          fault,
          proof: this.#proofOf(fault.plan),
          asker: new Asker(failures),
          noticed: {},
          counted: {},
        },
      ]),
    );
  }

  /** What a fault does to links: nothing is certain where no proof can tell. */
  readonly linkOf = (fault: FaultPlan): LinkProperties => {
    const proof = this.#proofOf(fault);
    if (proof === undefined) return UNCERTAIN;
    try {
      return { ...UNTOUCHED, ...proof.link(fault) };
    } catch {
      return UNCERTAIN;
    }
  };

  /** The witnesses of all faults, for one lane. */
  watch(lane: LaneView): LaneWatch {
    return new LaneWatch(lane, this.#cases);
  }

  /** By the fault's id; to be asked when all lanes have ended. */
  effects(): ReadonlyMap<string, Effect> {
    return new Map([...this.#cases].map(([id, one]) => [id, this.#effectOf(one)]));
  }

  #proofOf({ proof }: FaultPlan): ProofKind | undefined {
    return this.#proofs.get(proof.kind);
  }

  #effectOf({ fault, proof, asker, noticed, counted }: FaultCase): Effect {
    const timeline = this.#timeline;
    if (isHidden(timeline, this.#plan, fault.plan.devices)) {
      return undecided('Our own ledger is not whole where it would tell.');
    }
    if (!fault.injected) return notInjected(fault, timeline);
    if (isBlinded(fault, timeline)) return undecided('We stood still ourselves for most of it.');
    if (proof === undefined) {
      return undecided(`There is no proof '${fault.plan.proof.kind}' here that could tell.`);
    }
    const { tie } = fault.plan;
    const strikes = tie === undefined ? null : strikesOf(fault, timeline);
    if (tie !== undefined && strikes?.length === 0) return neverMet(fault, tie, timeline);
    const sight = this.#sightOf(fault, { noticed, counted });
    const answers = asker.guarded(() =>
      strikes === null ? proof.read(sight) : this.#askEach(strikes, proof, sight),
    );
    if (answers === null) return undecided(`Its proof failed: ${asker.error}.`);
    const effect = weigh(answers);
    return effect.effective === null ? this.#withCompany(effect, fault) : effect;
  }

  #sightOf(fault: FaultWindow, told: Pick<FaultCase, 'noticed' | 'counted'>): Sight {
    const timeline = this.#timeline;
    const watched = fault.plan.cohorts.filter((cohort) => timeline.probes.has(cohort));
    return {
      plan: this.#plan,
      timeline,
      fault,
      inner: innerWindow(fault),
      probes: watched.map((cohort) => this.#seenAt(cohort, fault)),
      everyProbe: () => [...timeline.probes.keys()].map((cohort) => this.#seenAt(cohort, fault)),
      noticed: told.noticed.noticed ?? 0,
      counted: (figure) => told.counted[figure] ?? 0,
    };
  }

  #seenAt(cohort: number, fault: FaultWindow): readonly Seen[] {
    return seenBeside(
      this.#timeline.probes.get(cohort) ?? [],
      companyOf(fault, this.#timeline, this.#plan, cohort),
      { linkOf: this.linkOf, bulkBytes: bulkBytesOf(this.#plan) },
    );
  }

  /** Of one that is tied to a state: what was counted of all, and what each link's probe saw. */
  #askEach(strikes: readonly Strike[], proof: ProofKind, sight: Sight): Answer[] {
    const { fault, plan, timeline } = sight;
    const isWatched = ({ device }: Strike): boolean =>
      timeline.probes.has(plan.devices[device]?.cohort ?? -1);
    const onLinks = fault.plan.acts === 'link' ? strikes.filter(isWatched) : [];
    const seen = askLinks(onLinks, (strike, inner) => {
      const cohort = plan.devices[strike.device]?.cohort ?? -1;
      const probe = this.#seenAt(cohort, strike.window);
      const isAlone = companyOf(before(strike.window), timeline, plan, cohort).length === 0;
      return doubted(proof.read(ofOneLink(sight, strike, inner, probe)), isAlone);
    });
    const counted = proof.read({ ...sight, probes: [] });
    return [...counted, ...seen, sayStrikes(strikes, fault)];
  }

  /** What was not seen another fault may have hidden. */
  #withCompany({ effective, evidence }: Effect, fault: FaultWindow): Effect {
    const { cohorts } = fault.plan;
    const met = cohorts.flatMap((cohort) => companyOf(fault, this.#timeline, this.#plan, cohort));
    const names = [...new Set(met.map(({ id }) => id))].join(', ');
    if (names === '') return { effective, evidence };
    return { effective, evidence: `${evidence} Acting there as well, and so hiding it: ${names}.` };
  }
}

const undecided = (evidence: string): Effect => ({ effective: null, evidence });

function notInjected(fault: FaultWindow, timeline: Timeline): Effect {
  const shut = timeline.gate?.open === false;
  const chaos = timeline.phase('chaos');
  const tooEarly = chaos === null || Math.min(chaos.to, timeline.end) < fault.plan.from * 1000;
  if (shut || tooEarly) return undecided('The run ended before its time.');
  return { effective: false, evidence: 'It was never injected.' };
}

function isBlinded(fault: FaultWindow, timeline: Timeline): boolean {
  const to = Math.min(fault.to, timeline.end);
  // By process: two that stood still together were blind once.
  const blind = new Map<string, number>();
  for (const { process, ...stall } of timeline.stalls) {
    if (!overlaps(stall, fault)) continue;
    const span = Math.min(stall.to, to) - Math.max(stall.from, fault.from);
    blind.set(process, (blind.get(process) ?? 0) + span);
  }
  return Math.max(0, ...blind.values()) > (to - fault.from) / 2;
}
