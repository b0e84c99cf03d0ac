/**
 * A proof says what must have been seen for a fault to count as having happened, and what the fault
 * does to links. Its witnesses are our own: the probes of the fault's cohorts, and the devices it
 * was aimed at, never the proxy's counters. A proof only answers for each of them; the judge weighs
 * the answers, so that "nobody was there to see it" can never be a yes. A fault names its proof in
 * the plan.
 */
import type { DeclaredOp, FaultPlan, LedgerEntry, OpName, Plan } from '#kernel';
import type { FaultWindow, Span, Timeline } from '#oracles';
import type { LaneContext } from './checker.ts';
import type { Seen } from './judging/beside.ts';
import type { LinkProperties } from './link.ts';

/** What one witness says. */
export interface Answer {
  /**
   * `unseen`: it was in no position to tell. `aside`: it decides nothing and is worth telling all
   * the same.
   */
  kind: 'yes' | 'no' | 'unseen' | 'aside';
  /** Without a capital and a full stop: the judge makes sentences. */
  text: string;
}

export const yes = (text: string): Answer => ({ kind: 'yes', text });
export const no = (text: string): Answer => ({ kind: 'no', text });
export const unseen = (text: string): Answer => ({ kind: 'unseen', text });
export const aside = (text: string): Answer => ({ kind: 'aside', text });

/** All that was seen of one fault in the whole run. */
export interface Sight {
  plan: Plan;
  timeline: Timeline;
  fault: FaultWindow;
  /** Its window without the edges: injecting and healing take a moment themselves. */
  inner: Span;
  /** By cohort that the fault acts on and that has a probe. */
  probes: readonly (readonly Seen[])[];
  /** Of every probe of the run, also past every proxy. */
  everyProbe(): readonly (readonly Seen[])[];
  /**
   * Targets that lost or failed to get a connection in its window, while no other fault acted on
   * them.
   */
  noticed: number;
  /** What the proof's own witness counted, summed over all lanes; 0 for what it never did. */
  counted(figure: string): number;
}

/** One fault in one lane, while the lane's entries pass. */
export interface WitnessContext extends Omit<LaneContext, 'params'> {
  /** The fault as a whole. */
  fault: FaultWindow;
  /** When it acted on one device: its own windows where the ledger tells them. */
  windowsOn(device: number): readonly FaultWindow[];
  /** Whether another fault acted on that device then, so that what it met proves nothing. */
  isExplained(device: number, t: number): boolean;
}

/** Counts what the fault's targets in one lane saw of it. */
export interface Witness {
  /** Which entries `step` wants to see; it is given those of the fault's targets only. */
  ops: readonly (OpName | DeclaredOp)[];
  step?(entry: LedgerEntry): void;
  /** Figures that add up over lanes. */
  end(): Readonly<Record<string, number>>;
}

export interface ProofKind {
  family: 'proof';
  kind: string;
  summary: string;
  /** What a fault with this proof does to links and sessions; what is left out is left alone. */
  link(fault: FaultPlan): Partial<LinkProperties>;
  /** What must be counted among the targets' entries; called for faults that were injected. */
  witness?(context: WitnessContext): Witness;
  /** What each witness says. No answer at all means that nobody was there. */
  read(sight: Sight): readonly Answer[];
}

export const defineProof = (proof: Omit<ProofKind, 'family'>): ProofKind => ({
  family: 'proof',
  ...proof,
});

/** A number that the fault promised. A plan without it cannot be judged by this proof. */
export function promised({ proof }: FaultPlan, datum: string): number {
  const value = proof[datum];
  if (typeof value !== 'number') throw new Error(`the plan of the fault holds no ${datum}`);
  return value;
}
