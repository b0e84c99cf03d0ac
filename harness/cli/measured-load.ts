/** The load estimate of a plan, on this machine, as it was measured a moment ago. */
import { type Calibration, calibrate } from '#harness';
import type { Catalog, FaultPlan, Plan } from '#kernel';
import { proofFamily } from '#reports';
import { openFileLimit } from './doctor.ts';
import type { Host } from './host.ts';
import { estimateLines, estimateOf, loadsOf } from './load-estimate.ts';

/** Why there are no figures; what rests on them is left out, and all else holds. */
export interface Unmeasured {
  unmeasured: string;
}

/** Of this machine now. A machine that cannot be measured is what somebody wants to look into. */
export async function measureMachine(
  openFiles = openFileLimit(),
): Promise<Calibration | Unmeasured> {
  try {
    return await calibrate(openFiles);
  } catch (error) {
    return { unmeasured: (error as Error).message };
  }
}

/** Measures when it is first asked, and once for a command. */
export function calibration(): () => Promise<Calibration | Unmeasured> {
  let measured: Promise<Calibration | Unmeasured> | null = null;
  return () => {
    measured ??= measureMachine();
    return measured;
  };
}

export function loadLines(
  plan: Plan,
  catalog: Catalog,
  host: Pick<Host, 'cores'>,
  machine: Calibration | Unmeasured,
): string[] {
  if ('unmeasured' in machine) return [`not measured: ${machine.unmeasured}`];
  const loads = loadsOf(plan, (fault) => keepsAway(fault, catalog));
  return estimateLines(
    estimateOf(loads, plan.devices.length, host.cores, machine),
    host.cores,
    machine,
  );
}

/** By what its proof states of links; of a fault that nobody knows, nothing is said. */
function keepsAway(fault: FaultPlan, catalog: Catalog): boolean {
  const link = catalog.of(proofFamily).get(fault.proof.kind)?.link(fault);
  if (link === undefined) return false;
  const { ends = false, refuses = false, carries = { up: true, down: true } } = link;
  return ends || refuses || !carries.up || !carries.down;
}
