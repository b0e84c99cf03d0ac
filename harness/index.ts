/** The door of the harness: find plug-ins, plan a scenario, run a plan, keep what came of it. */
export { loadAuthored, loadPluginFile } from './catalog/catalog.ts';
export { loadCatalog, PluginCatalog } from './catalog/load-catalog.ts';
export { codecFamily } from './dialects/codec-family.ts';
export { dialectFamily } from './dialects/dialect-family.ts';
export { type GearReport, type GearRequest, Interrupted } from './gears/gear.ts';
export { type Calibration, calibrate } from './gears/real/calibrate.ts';
export { runPlan } from './gears/run-plan.ts';
export { makePlan, type PlanOutcome, type PlanRequest } from './plan/make-plan.ts';
export { healLeftovers } from './processes/heal.ts';
export { threadDuty, watchThread } from './processes/watched-thread.ts';
export { digests, planDigest, RunDirectory } from './record/run-directory.ts';
export type { Outcome } from './run/conductor.ts';
export type { Progress } from './run/progress.ts';
export { brokerFamily } from './targets/broker-family.ts';
export { findBinary } from './targets/find-binary.ts';
export { targetFamily } from './targets/target-family.ts';
export { workflowFamily } from './workflows/workflow-family.ts';
