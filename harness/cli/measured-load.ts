/** The load estimate of a plan, on this machine, as it was measured a moment ago. */
import { type Calibration, calibrate } from '#harness';
import type { Catalog, FaultPlan, Plan } from '#kernel';
import { proofFamily } from '#reports';
import type { Host } from './host.ts';
import { estimateLines, estimateOf, loadsOf } from './load-estimate.ts';

/** Measures when it is first asked, and once for a command. */
export function calibration(): () => Promise<Calibration> {
  let measured: Promise<Calibration> | null = null;
  return () => {
    measured ??= calibrate();
    return measured;
  };
}

export function loadLines(
  plan: Plan,
  catalog: Catalog,
  host: Pick<Host, 'cores'>,
  machine: Calibration,
): string[] {
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
