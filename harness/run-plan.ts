/** A plan's run, in the gear it was planned for. */
import type { GearReport, GearRequest } from './gears/gear.ts';
import { runReal } from './gears/real.ts';
import { runSim } from './gears/sim.ts';

export function runPlan(request: GearRequest): Promise<GearReport> {
  return request.plan.gear === 'sim' ? runSim(request) : runReal(request);
}
