/** How a tap is asked, wherever it stands, and which cohorts have one. */
import type { FaultPlan, Plan } from '#kernel';
import type { Undo } from '../fault.ts';

export interface TapHands {
  act(cohort: number, fault: FaultPlan): Promise<Undo>;
}

/** A tap costs a look at every packet, so it stands only where a fault may ask for it. */
export function tappedCohorts({ faults }: Pick<Plan, 'faults'>): ReadonlySet<number> {
  const asking = faults.filter(({ packets }) => packets !== undefined);
  return new Set(asking.flatMap(({ cohorts }) => cohorts));
}
