/**
 * How a capability tells the way of its things: which hops there were, when and where, and what led
 * to what. A file of `reports/hops/` reads the ops of its word and writes into a book; whoever asks
 * for one thing (`twinstorm trace`), draws a few (the report) or exports many (OpenTelemetry) gets
 * them from there. Nothing is added to a message for it: its identity travels with it anyway, and
 * whatever else there is has a name by what the ledger says of it.
 */
import { type DeclaredOp, type LedgerEntry, type OpName, type Plan, stamp } from '#kernel';
import type { Timeline } from '#oracles';
import type { ChapterFold } from './chapter.ts';
import type { LaneContext } from './checker.ts';
import type { Finding } from './result.ts';
import type { Ref } from './tracing/ids.ts';
import type { Sights } from './tracing/sights.ts';
import type { TraceBook } from './tracing/trace-book.ts';

export interface HopsContext {
  plan: Plan;
  timeline: Timeline;
  book: TraceBook;
}

export interface HopsFold {
  /** Entries of the ops that it names, by (t, lane, seq); the object is its own to keep. */
  step(entry: LedgerEntry): void;
  /** There are no more: what could not be told before. */
  end?(): void;
}

export interface HopsKind {
  kind: string;
  summary: string;
  /** Which entries it reads; what a plan does not declare never comes. */
  ops: readonly (OpName | DeclaredOp)[];
  /**
   * What it names beside messages: the word in front of an id, and how such an id is written, as
   * `alarm: 'alarm:RULE@DEVICE@MS'`.
   */
  names?: Readonly<Record<string, string>>;
  /** Those of its words of which there are few: an export leaves none of them out. */
  rare?: readonly string[];
  /**
   * Entries of some devices, whole lives, and those of no device. It is asked again for others:
   * what it writes must hang on them alone.
   */
  start(context: HopsContext): HopsFold;
  /**
   * Devices whose lives one of its things hangs on, beside that of its own. Of what has a place
   * nobody may have named a device.
   */
  beside?(ref: Ref, plan: Plan): readonly number[];
  /** The oracles that `look` asks. */
  asks?: readonly string[];
  /** In the midst of judging, lane by lane: which of its things are worth a look. */
  look?(context: Omit<LaneContext, 'params'>, sights: Sights): ChapterFold;
  /**
   * Which thing a finding is about, where it is one of its own; null for any other. Of several the
   * first that there is: a thing that is missed may have left nothing but its cause.
   */
  about?(finding: Told, plan: Plan): Ref | readonly Ref[] | null;
}

type Told = Pick<Finding, 'message' | 'at' | 'witness'>;

export const defineHops = (hops: HopsKind): HopsKind => stamp('hops', hops);
