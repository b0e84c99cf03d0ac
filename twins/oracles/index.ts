/**
 * The door of the oracles: pure folds that say what should have happened. They share no code with
 * the platform.
 */

export type { Absence, AbsenceOracle } from './absence.ts';
export { hasNoBus } from './acts/reach.ts';
export { benchPlan } from './bench-plan.ts';
export {
  type Connection,
  ConnectionOracle,
  connectionAt,
  type DeviceLife,
} from './connections.ts';
export { type DeliveryInput, DeliveryOracle } from './delivery.ts';
export { isPlannedEnd, isSilentEnd } from './endings.ts';
export { UNDECLARED } from './fate.ts';
export { GarbledReader } from './garbled.ts';
export {
  byClock,
  freeIn,
  type Hindered,
  hinderedIn,
  hindrancesIn,
  isSlowing,
  overdueBy,
  type Slowness,
  slowedIn,
  slownessIn,
} from './hindrances.ts';
export { defineHistories, type Histories, type History } from './histories.ts';
export type { JobFlaw } from './jobs.ts';
export { oraclesByKind } from './kinds.ts';
export { HAPPENED } from './message-table.ts';
export type { Fate, MessageView, StandingKind } from './message-view.ts';
export type { News } from './news.ts';
export {
  type AskOracle,
  defineOracle,
  type OracleContext,
  type OracleFold,
  type OracleKind,
  type Oracles,
} from './oracle.ts';
export { OracleFailures } from './oracle-failures.ts';
export { oracleFamily } from './oracle-family.ts';
export { OracleRun } from './oracle-run.ts';
export { installedUnasked, isOverUnasked, keptTooSoon } from './ota/patience.ts';
export { isReadOn } from './readings.ts';
export { slackOf } from './slack.ts';
export { CLAUSES } from './sparkplug/clauses.ts';
export { type Subscription, subscriptionAt } from './subscription.ts';
export { TargetClock } from './target-clock.ts';
export {
  type FaultWindow,
  type Foreign,
  isDisturbed,
  isHidden,
  isTargetDown,
  type LaneReads,
  LEDGER_TORN,
  type Look,
  type ObserverGap,
  overlaps,
  type ProbeSighting,
  type SegmentFacts,
  type Span,
  type Stall,
  type Timeline,
  windowsOn,
  windowsOnLink,
} from './timeline.ts';
export { TimelineBuilder } from './timeline-builder.ts';
export type { Trouble } from './troubles.ts';
