/**
 * What goes wrong with the machine of each device: known with the plan, so it hangs on no clock.
 */
import type { Plan } from '../plan/plan.ts';
import type { Malfunctioning } from './malfunction.ts';

const NONE: readonly Malfunctioning[] = [];

/** By device; asked once for each of them, so it is made once per plan. */
const known = new WeakMap<Plan['faults'], ReadonlyMap<number, readonly Malfunctioning[]>>();

export function malfunctionsOf(
  { faults }: Pick<Plan, 'faults'>,
  device: number,
): readonly Malfunctioning[] {
  let byDevice = known.get(faults);
  if (byDevice === undefined) {
    byDevice = laidOut(faults);
    known.set(faults, byDevice);
  }
  return byDevice.get(device) ?? NONE;
}

function laidOut(faults: Plan['faults']): ReadonlyMap<number, readonly Malfunctioning[]> {
  const byDevice = new Map<number, Malfunctioning[]>();
  for (const { id, drawnBy: cause = id, from, to, part, devices } of faults) {
    if (part?.malfunction === undefined) continue;
    const { overMs, ...how } = part.malfunction;
    const over = overMs ?? to - from;
    const one: Malfunctioning = { ...how, overMs: over, fault: id, cause, from, to };
    for (const device of devices) {
      const own = byDevice.get(device);
      if (own === undefined) byDevice.set(device, [one]);
      else own.push(one);
    }
  }
  return byDevice;
}
