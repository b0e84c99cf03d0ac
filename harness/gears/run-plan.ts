/** A plan's run, in the gear it was planned for. */
import type { GearReport, GearRequest } from './gear.ts';
import { runReal } from './real/real.ts';
import { runSim } from './sim/sim.ts';

export function runPlan(request: GearRequest): Promise<GearReport> {
  return request.plan.gear === 'sim' ? runSim(request) : runReal(request);
}
