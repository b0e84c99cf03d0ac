/**
 * A checker decides one promise. It is a fold over the lanes of a ledger: `start` a lane, `step`
 * through its entries, `end` it into evidence; evidence of lanes is merged. It never says pass or
 * fail: the judge alone turns evidence into a verdict, so that "no data" can never be a pass.
 * Harness-wide facts (phases, fault windows, kills, stalls, gaps of observers) are known before the
 * first lane starts, as the timeline.
 */
import {
  type DeclaredOp,
  type EntryPlan,
  type FaultPlan,
  type LedgerEntry,
  type OpName,
  type Params,
  type ParamValues,
  type Plan,
  type StreamPlan,
  stamp,
} from '#kernel';
import type { AskOracle, Span, Timeline } from '#oracles';
import type { WorkflowPlan } from './judging/work-of.ts';
import type { LinkOf } from './link.ts';
import type { Effect, Finding } from './result.ts';

export interface LaneContext {
  plan: Plan;
  lane: number;
  /** Indices of the lane's devices. */
  devices: readonly number[];
  timeline: Timeline;
  /**
   * Asks an oracle by its kind, at the start: one of the lane, which has seen an entry before
   * `step` does, or one of the whole fleet, which has seen the whole ledger by then.
   */
  of: AskOracle;
  /** What a fault does to links and sessions, without asking which fault it is. */
  linkOf: LinkOf;
  params: ParamValues;
}

/** The whole run, when all lanes have been folded. */
export interface RunContext {
  plan: Plan;
  timeline: Timeline;
  params: ParamValues;
  /** Whether each fault happened, by its id. */
  effects: ReadonlyMap<string, Effect>;
  /** Asks an oracle of the whole fleet. */
  of: AskOracle;
}

export interface Evidence {
  /** How many things had to be decided. */
  obligations: number;
  decided: number;
  /** Violations, the listed ones bounded by the judge. */
  findings: Finding[];
  findingCount: number;
  /** How many of the violations are our own doing: where all are, the run is invalid. */
  ours?: number;
  /**
   * Figures that add up over lanes, for the summary and for `conclude`; among them, by name, what
   * was not owed or could not be decided, and why.
   */
  figures: Record<string, number>;
}

export interface LaneFold {
  /** Which entries `step` wants to see; all of the lane's when left out. */
  ops?: readonly (OpName | DeclaredOp)[];
  step?(entry: LedgerEntry): void;
  end(): Evidence;
}

export interface CheckerKind {
  kind: string;
  title: string;
  refs: string[];
  summary: string;
  /** `always` judges every run; `expected` only when the scenario's `expect` names it. */
  judges: 'always' | 'expected';
  /**
   * It judges what this workflow does, or any of these: a run without it is told nothing of the
   * checker, unless the scenario's `expect` names it.
   */
  workflow?: string | readonly string[];
  /** And where the plan says this of it; in any case when left out. */
  planned?: keyof WorkflowPlan;
  /** The same of what devices with this part do. */
  part?: string;
  /** And where this parameter of that part is set; in any case when left out. */
  set?: string;
  /** The same of devices whose entry says this. */
  entry?: keyof EntryPlan;
  /** The same of streams that say this. */
  stream?: keyof StreamPlan;
  /** The same of faults that say this. */
  fault?: keyof FaultPlan;
  /** What a broken promise makes of the run: X checkers make it invalid. */
  broken: 'fail' | 'invalid';
  /**
   * An invalid verdict of this one takes away what a halt proves: the stop condition may have met
   * our own trouble.
   */
  doubtsHalts?: boolean;
  /**
   * It is there to find holes in our own ledger. Everybody else's findings are doubts where there
   * is one: what they miss may be in it.
   */
  findsHoles?: boolean;
  params: Params;
  /** The oracles that it asks. Once it names any, it can ask no other. */
  asks?: readonly string[];
  /** Whether the plan holds anything to decide: without it the checker is not applicable. */
  applies(plan: Plan, params: ParamValues, linkOf: LinkOf): boolean;
  start(context: LaneContext): LaneFold;
  /** Facts that only exist for the whole run; called once with the merged evidence of all lanes. */
  conclude?(merged: Evidence, run: RunContext): Evidence;
  /**
   * An objective measured in time says when: a stall of ours in there makes it unknown.
   * Microseconds.
   */
  window?(plan: Plan, timeline: Timeline, params: ParamValues): Span[];
  /**
   * Where a stall of ours could only have made the figures worse: a violation in there is unknown,
   * and so is what was kept through a long one; what was kept through a short one was kept.
   */
  harmed?(plan: Plan, timeline: Timeline, params: ParamValues): Span[];
  /** Tells two expectations of this kind apart in the title. */
  label?(params: ParamValues): string;
  /** One sentence for the report. */
  say(evidence: Evidence): string;
}

export const defineChecker = (checker: CheckerKind): CheckerKind => stamp('checker', checker);
