/**
 * Which stretch of the run an objective is measured over: a phase, the window of a fault, or all of
 * it.
 */
import { type Plan, reachesDevices, reachOf } from '#kernel';
import { type FaultWindow, type Span, type Timeline, windowsOn } from '#oracles';

export interface Measured extends Span {
  /** Null: the whole fleet. */
  fault: FaultWindow | null;
}

/** Null when it never came. `all` is from the steady phase to the end of sampling. */
export function measuredOver(name: string, timeline: Timeline): Measured | null {
  if (name === 'all') {
    const from = timeline.phase('steady')?.from ?? 0;
    return { from, to: timeline.samplingEnd, fault: null };
  }
  const phase = timeline.phase(name);
  if (phase !== null)
    return { from: phase.from, to: Math.min(phase.to, timeline.end), fault: null };
  const fault = timeline.faults.find((one) => one.id === name);
  if (fault?.injected !== true) return null;
  return { from: fault.from, to: Math.min(fault.to, timeline.end), fault };
}

/** Whether it covers an instant of a device: of a fault, when that acted on the device itself. */
export function covers(measured: Measured, timeline: Timeline, device: number, t: number): boolean {
  const { fault } = measured;
  const spans = fault === null ? [measured] : windowsOn(timeline, fault, device);
  return spans.some(({ from, to }) => t >= from && t < Math.min(to, measured.to));
}

/** By device: whether any fault on a link or a device, but not on the target, reaches it. */
export function targetedDevices(plan: Plan): Uint8Array {
  const targeted = new Uint8Array(plan.devices.length);
  for (const fault of plan.faults) {
    if (!reachesDevices(fault)) continue;
    for (const device of reachOf(plan, fault)) targeted[device] = 1;
  }
  return targeted;
}
