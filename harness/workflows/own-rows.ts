/**
 * What a shard reads back is of the devices of its own lanes. A target may list the whole fleet all
 * the same, and the rest of it is written down by the other shards.
 */
import type { WorkflowPorts } from './workflow.ts';

/** Asks for these lanes alone, of a target that can tell them apart. */
export const laneQuery = ({ lanes }: Pick<WorkflowPorts, 'lanes'>): { lanes: string } => ({
  lanes: [...lanes].sort((a, b) => a - b).join(','),
});

export const isOwn = (
  { lanes, plan }: Pick<WorkflowPorts, 'lanes' | 'plan'>,
  device: number,
): boolean => lanes.has(plan.devices[device]?.lane ?? -1);

/** By its id; null for a device of another shard, and for one that nobody knows. */
export function ownDevice(
  ports: Pick<WorkflowPorts, 'lanes' | 'plan' | 'roster'>,
  id: string,
): number | null {
  const device = ports.roster.get(id);
  return device !== undefined && isOwn(ports, device) ? device : null;
}

/** A number as a target says it, which may be anything: whole, and 0 for none. */
export const countIn = (value: unknown): number => Math.max(0, Math.round(Number(value)) || 0);

/** A list as a target says it; it may say something else, or nothing. */
export const listOf = <T>(value: readonly T[] | undefined): readonly T[] =>
  Array.isArray(value) ? value : [];
