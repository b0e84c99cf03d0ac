/**
 * How observers are laid out: so few lanes each that the worst backlog we plan for stays under what
 * the target keeps for one session.
 */
import {
  type DevicePlan,
  type EntryPlan,
  type FaultPlan,
  type ObserverPlan,
  reachOf,
  type TargetPlan,
} from '#kernel';

/** How long an observer may be kept from reading, in the worst case we plan for. */
const OBSERVER_STALL_MS = 5000;

export function planObservers(
  entries: readonly EntryPlan[],
  devices: readonly DevicePlan[],
  faults: readonly FaultPlan[],
  target: TargetPlan,
): ObserverPlan {
  const backlog = new Map<number, number>();
  const outage = new Map<number, number>();
  for (const fault of faults) {
    for (const device of reachOf({ devices }, fault)) {
      outage.set(device, Math.max(outage.get(device) ?? 0, fault.to - fault.from));
    }
  }
  devices.forEach((device, index) => {
    const every = entries[device.entry]?.everyMs ?? 1000;
    const burst = (OBSERVER_STALL_MS + (outage.get(index) ?? 0)) / every;
    backlog.set(device.lane, (backlog.get(device.lane) ?? 0) + burst);
  });
  const worst = Math.ceil(Math.max(1, ...backlog.values()));
  const room = Math.floor((target.guarantees.queueLimit * 0.8) / worst);
  return {
    qos: target.guarantees.maxQos,
    lanesPerSession: Math.max(1, Math.min(16, room)),
    backlogSafe: room >= 1,
    worstBacklog: worst,
  };
}
