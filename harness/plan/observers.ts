/**
 * How observers are laid out: so few lanes each that the worst backlog we plan for stays under what
 * the target keeps for one session. All that its lanes say comes by, also what goes down.
 */
import {
  beginningOf,
  intervalOf,
  type ObserverPlan,
  type Plan,
  reachOf,
  type StreamPlan,
} from '#kernel';

/** How long an observer may be kept from reading, in the worst case we plan for. */
const OBSERVER_STALL_MS = 5000;

type Laid = Pick<Plan, 'entries' | 'devices' | 'streams' | 'faults' | 'target'>;

export function planObservers(plan: Laid): ObserverPlan {
  const { devices, entries, faults, target } = plan;
  const backlog = new Map<number, number>();
  const outage = new Map<number, number>();
  for (const fault of faults) {
    for (const device of reachOf({ devices }, fault)) {
      outage.set(device, Math.max(outage.get(device) ?? 0, fault.to - fault.from));
    }
  }
  const streams = entries.map((entry) =>
    plan.streams.filter((stream) => entry.streams.includes(stream.code) || isSent(plan, stream)),
  );
  devices.forEach(({ entry, lane }, index) => {
    let burst = 0;
    for (const stream of streams[entry] ?? []) {
      burst += burstOf(plan, stream, index, outage.get(index) ?? 0);
    }
    backlog.set(lane, (backlog.get(lane) ?? 0) + burst);
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

/** What goes down in rounds, or answers what does, goes whether or not a part takes it. */
const isSent = (plan: Laid, stream: StreamPlan): boolean =>
  stream.way === 'down' && beginningOf(plan, stream)?.by === 'rounds';

/** How many may wait at once. Who was away sends what it held; what goes down nobody holds. */
function burstOf(plan: Laid, stream: StreamPlan, device: number, outageMs: number): number {
  const interval = intervalOf(plan, stream, device);
  if (interval === null) return 0;
  return (OBSERVER_STALL_MS + (stream.way === 'up' ? outageMs : 0)) / interval;
}
