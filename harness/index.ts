/** The door of the harness: plan a scenario, run a plan, and the host that both need. */
export { loadAuthored, loadFolder, loadPluginFile, type Plugin } from './catalog.ts';
export type { Outcome, Progress } from './conductor.ts';
export { carryingCapacity, openFileLimit, realComponents } from './doctor.ts';
export { type GearReport, type GearRequest, Interrupted } from './gears/gear.ts';
export { healLeftovers } from './heal.ts';
export { type Host, nodeHost } from './host.ts';
export { makePlan, type PlanOutcome, type PlanRequest, type Vocabulary } from './plan/make-plan.ts';
export { digests, planDigest, RunDirectory } from './run-directory.ts';
export { runPlan } from './run-plan.ts';
