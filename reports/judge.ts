/**
 * From a plan and its ledger to the result. Two passes: over all segments for what concerns the run
 * as a whole, then over each shard's segment, lane by lane, through oracles and checkers; and one
 * between them where somebody asks an oracle of the whole fleet. Pure and streaming: it works from
 * the run directory alone, later and elsewhere, in memory that grows by twenty bytes a message.
 * Only here does evidence become a verdict: fail > invalid > unknown > pass, and no data is never a
 * pass.
 */
import {
  exitCodeOf,
  isCarried,
  type LedgerEntry,
  opTable,
  type Plan,
  SegmentReader,
  type Verdict,
} from '#kernel';
import {
  LEDGER_TORN,
  OracleFailures,
  type OracleKind,
  oraclesByKind,
  type Timeline,
} from '#oracles';
import type { ChapterKind } from './chapter.ts';
import type { CheckerKind, Evidence, RunContext } from './checker.ts';
import type { HopsKind } from './hops.ts';
import { RunAccount } from './judging/account.ts';
import { Asker } from './judging/asker.ts';
import { besideOf, inTurn } from './judging/beside-segments.ts';
import { ChapterRun } from './judging/chapter-run.ts';
import { FaultBook } from './judging/effects.ts';
import { mergeEvidence, noEvidence, undecidedFor } from './judging/evidence.ts';
import { FleetOracles } from './judging/fleet-oracles.ts';
import { HISTOGRAM_RESOLUTION } from './judging/histogram.ts';
import { instancesFor } from './judging/instances.ts';
import { type Judging, type LaneRequest, LaneRun } from './judging/lane-run.ts';
import { mutantOf } from './judging/planned.ts';
import { readTimeline } from './judging/read-timeline.ts';
import { lostSentences, type Reason, reasonsFor, unreadSentences } from './judging/reasons.ts';
import { openable, type Segment } from './judging/segments.ts';
import { soundEvidence } from './judging/sound-evidence.ts';
import { checkerResult } from './judging/verdicts.ts';
import { ms } from './judging/witness.ts';
import type { ProofKind } from './proof.ts';
import {
  type Chapter,
  type CheckerResult,
  type Effect,
  type FaultResult,
  RESULT_SCHEMA,
  type Result,
  type Tracing,
} from './result.ts';
import { LookRun } from './tracing/look-run.ts';
import { checkerName, formatSpan } from './wording.ts';

export interface JudgeRequest {
  plan: Plan;
  /** What the segments' headers should say; empty skips the comparison. */
  planSha256: string;
  /** In any order; the harness's own may be among them. */
  segments: readonly Segment[];
  checkers: readonly CheckerKind[];
  /** Those that the plan's faults name are asked. */
  proofs: readonly ProofKind[];
  /** Those that somebody asks run. */
  oracles: readonly OracleKind[];
  /** Those that the plan has anything for tell of it; none when left out. */
  chapters?: readonly ChapterKind[];
  /** They tell the ways of a few things; none when left out. */
  hops?: readonly HopsKind[];
}

export function judge(request: JudgeRequest): Result {
  const { plan } = request;
  const { segments, unreadable } = openable(request.segments);
  const timeline = readTimeline(plan, request.planSha256, segments, unreadable);
  const oracles = oraclesByKind(request.oracles);
  const failures = new OracleFailures();
  const fleet = new FleetOracles({ plan, timeline, oracles, failures, segments });
  const faults = new FaultBook(plan, timeline, request.proofs, failures);
  const account = new RunAccount(plan, timeline, faults.linkOf);
  const bookkeeper = new Asker(failures);
  const judging = instancesFor(plan, request.checkers).map(
    (instance): Judging => ({ ...instance, asker: new Asker(failures, instance.checker.asks) }),
  );
  const chapters = new ChapterRun(plan, timeline, request.chapters ?? [], failures);
  const { hops = [] } = request;
  const looks = new LookRun(plan, hops, failures);
  const inLane = {
    plan,
    timeline,
    oracles,
    failures,
    fleet,
    account,
    bookkeeper,
    faults,
    chapters,
    looks,
  };
  const lanes = foldLanes({ ...inLane, checkers: judging }, segments);
  const effects = faults.effects();
  const checkers = judging.map((instance, index) => {
    const parts = lanes.flatMap((lane) => lane[index] ?? []);
    const of = instance.asker.asking(fleet.of);
    const run = { plan, timeline, params: instance.params, effects, of };
    const evidence = concluded(instance, parts, run);
    const { error } = instance.asker;
    return checkerResult(instance, evidence, error, { plan, timeline, linkOf: faults.linkOf });
  });
  const reasons = reasonsFor(plan, timeline, checkers, request.checkers, bookkeeper.error);
  const told = chapters.close(fleet.of);
  const unheard = new Map<string, string>();
  const ground = { plan, timeline, segments, kinds: hops, troubles: unheard };
  const tracing = hops.length === 0 ? null : looks.close(ground, checkers);
  const troubles = [...told.troubles, ...[...unheard].map(unheardSentence)];
  return assemble(plan, timeline, account, {
    ...{ checkers, effects, reasons, tracing },
    ...{ chapters: told.chapters, troubles },
  });
}

/** Evidence by lane, in the order of the lanes, whatever the shards were. */
function foldLanes(request: LaneRequest, segments: readonly Segment[]): Evidence[][] {
  const { plan, fleet } = request;
  const devicesOf = new Map<number, number[]>();
  plan.devices.forEach(({ lane }, index) => {
    const devices = devicesOf.get(lane);
    if (devices === undefined) devicesOf.set(lane, [index]);
    else devices.push(index);
  });
  const start = (lanes: readonly number[]): [number, LaneRun][] =>
    fleet.gather(() =>
      lanes.map((lane) => [lane, new LaneRun(request, lane, devicesOf.get(lane) ?? [])]),
    );
  const evidence = new Map<number, Evidence[]>();
  const beside = besideOf(segments);
  for (const { source } of segments) {
    const reader = new SegmentReader(source, opTable(plan.ops));
    const lanes = reader.header.lanes.filter((lane) => devicesOf.has(lane) && !evidence.has(lane));
    if (lanes.length === 0) continue;
    const runs = new Map(start(lanes));
    readInto(reader, runs, plan, beside);
    for (const [lane, run] of runs) evidence.set(lane, run.end());
  }
  // Lanes nobody wrote about still have their planned messages to be accounted for.
  const silent = [...devicesOf.keys()].filter((lane) => !evidence.has(lane));
  for (const [lane, run] of start(silent)) evidence.set(lane, run.end());
  return [...evidence].sort(([a], [b]) => a - b).map(([, parts]) => parts);
}

function readInto(
  reader: SegmentReader,
  runs: ReadonlyMap<number, LaneRun>,
  plan: Plan,
  beside: readonly Segment[],
): void {
  const runOf: (LaneRun | undefined)[] = plan.devices.map(({ lane }) => runs.get(lane));
  if (beside.length > 0) {
    for (const entry of inTurn(reader, beside, opTable(plan.ops))) runOf[entry.device]?.step(entry);
    return;
  }
  for (let entry: LedgerEntry | null = reader.next(); entry !== null; entry = reader.next()) {
    if (entry.device >= 0) runOf[entry.device]?.step(entry);
  }
}

/** A checker that has thrown, or throws now, has no evidence. */
function concluded(
  { checker, asker }: Judging,
  parts: readonly Evidence[],
  run: RunContext,
): Evidence {
  const evidence = asker.guarded(() => {
    const merged = mergeEvidence(parts);
    if (checker.conclude === undefined) return merged;
    const evidence = soundEvidence(checker.conclude(merged, run));
    // What is summed up over the fleet is not proved by a part of it.
    const isProved = evidence.findingCount === 0 || run.timeline.isWhole || checker.findsHoles;
    return isProved ? evidence : undecidedFor(LEDGER_TORN, evidence);
  });
  return asker.error === null && evidence !== null ? evidence : noEvidence();
}

const unheardSentence = ([kind, why]: [string, string]): string =>
  `The hops '${kind}' cannot be told: ${why}.`;

interface Judged {
  tracing: Tracing | null;
  checkers: CheckerResult[];
  effects: ReadonlyMap<string, Effect>;
  reasons: readonly Reason[];
  chapters: Chapter[];
  troubles: readonly string[];
}

function assemble(plan: Plan, timeline: Timeline, account: RunAccount, judged: Judged): Result {
  const { checkers, effects, reasons, chapters, troubles, tracing } = judged;
  const verdict = verdictOf(reasons);
  const series = account.series();
  const recoveries = account.recoveries(series);
  const faults = timeline.faults.map((fault): FaultResult => {
    const to = Math.min(fault.to, timeline.end);
    return {
      id: fault.id,
      fault: fault.plan.fault,
      targets: fault.plan.devices.length,
      from: fault.injected ? ms(fault.from) : fault.plan.from,
      to: fault.injected ? ms(to) : fault.plan.to,
      ...(effects.get(fault.id) ?? { effective: null, evidence: '' }),
      recovery: recoveries.get(fault.id) ?? null,
    };
  });
  const { name, about, sha256 } = plan.scenario;
  const { fired: mutantFired } = timeline;
  const carried = plan.devices.filter((_, device) => isCarried(plan, device)).length;
  return {
    schema: RESULT_SCHEMA,
    scenario: { name, about, sha256 },
    seed: plan.seed,
    gear: plan.gear,
    target: targetOf(plan),
    ...(mutantOf(plan) === null ? {} : { mutantFired }),
    verdict,
    exitCode: exitCodeOf(verdict),
    reasons: reasons.map((reason) => reason.text),
    devices: plan.devices.length,
    ...(carried === 0 ? {} : { carried }),
    messages: account.messages,
    phases: timeline.phases.map((phase) => ({
      name: phase.name,
      from: ms(phase.from),
      to: ms(Math.min(phase.to, timeline.end)),
    })),
    latency: account.latencyRows(),
    checkers,
    faults,
    series,
    coverage: account.coverage(),
    biases: [
      ...biasesOf(plan, checkers),
      ...lostSentences(timeline),
      ...unreadSentences(timeline),
      ...troubles,
    ],
    ...(chapters.length === 0 ? {} : { chapters }),
    ...(tracing === null ? {} : { tracing }),
    replay: plan.replay,
  };
}

function targetOf(plan: Plan): Result['target'] {
  const { kind, name } = plan.target;
  return { kind, name, mutant: mutantOf(plan) };
}

/** Reasons come with the weightiest first. */
const verdictOf = (reasons: readonly Reason[]): Verdict => reasons[0]?.verdict ?? 'unknown';

function biasesOf(plan: Plan, checkers: readonly CheckerResult[]): string[] {
  const percent = Math.round(HISTOGRAM_RESOLUTION * 1000) / 10;
  const biases = [
    `Intended times lie on a grid of ${formatSpan(plan.quantumMs)}; latency runs from the intended time to the observer.`,
    `Latency percentiles are upper edges of histogram buckets that are at most ${percent} % wide.`,
  ];
  if (plan.gear === 'real') biases.push('In the real gear the plan repeats; the outcome may not.');
  if (!plan.observers.backlogSafe) {
    biases.push(
      `The worst planned backlog (${plan.observers.worstBacklog} messages a lane) exceeds the target's queue limit: bursts are undecided, not lost.`,
    );
  }
  for (const checker of checkers) {
    if (checker.undecided === 0 || checker.verdict === 'not-applicable') continue;
    biases.push(
      `${checkerName(checker)}: ${checker.undecided} of ${checker.obligations} left undecided.`,
    );
  }
  return biases;
}
