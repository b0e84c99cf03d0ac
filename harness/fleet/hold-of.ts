/**
 * The hold of a device whose part stands between the connection and those it carries, as the plan
 * and the dialect have it; of one that carries nobody there is none.
 */
import { sendWindow, spokenForBy } from '#kernel';
import type { FleetContext } from './fleet-context.ts';
import type { Hold, Keeper } from './hold.ts';

export function holdOf(fleet: FleetContext, index: number, keeper: Keeper): Hold | null {
  const { plan, dialect } = fleet;
  if (spokenForBy(plan, index).length === 0) return null;
  const { id: device = '', lane = 0 } = plan.devices[index] ?? {};
  const packing = dialect.parcels && { parcels: dialect.parcels, carrier: { lane, device } };
  const window = sendWindow(plan.target.guarantees);
  const read = (payload: Uint8Array) => dialect.values(payload)[0] ?? {};
  return fleet.carriageOf(index).holdFor(keeper, window, read, packing ?? null);
}
