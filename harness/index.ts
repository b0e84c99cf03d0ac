/** The door of the harness: find plug-ins, plan a scenario, run a plan, keep what came of it. */
export { loadAuthored, loadFolder, loadPluginFile, type Plugin } from './catalog/catalog.ts';
export { type GearReport, type GearRequest, Interrupted } from './gears/gear.ts';
export { runPlan } from './gears/run-plan.ts';
export { makePlan, type PlanOutcome, type PlanRequest, type Vocabulary } from './plan/make-plan.ts';
export { healLeftovers } from './processes/heal.ts';
export { digests, planDigest, RunDirectory } from './record/run-directory.ts';
export type { Outcome, Progress } from './run/conductor.ts';
