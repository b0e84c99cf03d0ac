/**
 * The door of the reports: contracts for checkers and reporters, the judge, the result document.
 */

export { type BatchRow, wordOf } from './batch/batch.ts';
export { batchJunit } from './batch/junit.ts';
export { batchPage } from './batch/page.ts';
export {
  type ChapterFold,
  type ChapterKind,
  type ChapterText,
  defineChapter,
} from './chapter.ts';
export { chapterFamily } from './chapter-family.ts';
export {
  type CheckerKind,
  defineChecker,
  type Evidence,
  type LaneContext,
  type LaneFold,
  type RunContext,
} from './checker.ts';
export { checkerFamily } from './checker-family.ts';
export { type ClosingOptions, closingLines } from './closing.ts';
export { type CardFacts, dataSetCard } from './dataset/card.ts';
export { croissant } from './dataset/croissant.ts';
export { defineHops, type HopsKind } from './hops.ts';
export { hopsFamily } from './hops-family.ts';
export { type JudgeRequest, judge } from './judge.ts';
export type { LinkOf, LinkProperties } from './link.ts';
export {
  type Answer,
  defineProof,
  type ProofKind,
  type Sight,
  type Witness,
  type WitnessContext,
} from './proof.ts';
export { proofFamily } from './proof-family.ts';
export { defineReporter, type Reporter } from './reporter.ts';
export { reporterFamily } from './reporter-family.ts';
export {
  type CheckerResult,
  type Environment,
  type FaultResult,
  type Finding,
  RESULT_SCHEMA,
  type Result,
  type Series,
  type Trace,
  type TraceRow,
} from './result.ts';
export { resultJsonSchema } from './result-schema.ts';
export { NoId } from './tracing/ids.ts';
export { type ExportWish, otlpRequest, type ServiceSpan, spansOf } from './tracing/otlp.ts';
export { groundOf, type OneTrace, type TraceRequest, traceOne } from './tracing/trace-run.ts';
export { formatInstant, formatSpan, legibleLine, plural } from './wording.ts';
