/**
 * In whose name devices speak by mistake: a part says of how many, the plan says of whom. A shard
 * knows the rows of its own lanes only, so nobody could choose there as the other gear does.
 */
import { partFamily } from '#devices';
import {
  type Catalog,
  type DevicePlan,
  type EntryPlan,
  inNameOf,
  isCarried,
  type PhasePlan,
  phaseOf,
  type StrangerPlan,
} from '#kernel';

interface Laid {
  entries: readonly EntryPlan[];
  devices: readonly DevicePlan[];
  phases: readonly PhasePlan[];
}

/** Once it is known who carries whom, and which parts each has. */
export function layStrangers({ entries, devices, phases }: Laid, catalog: Catalog): void {
  const spanMs = phaseOf(phases, 'drain').from;
  const counts = entries.map((entry) => strangersOf(entry, catalog, spanMs));
  if (counts.every((count) => count === 0)) return;
  const carried = devices.flatMap(({ id, lane }, device) =>
    isCarried({ devices }, device) ? [{ device, id, lane }] : [],
  );
  devices.forEach((row, index) => {
    const count = counts[row.entry] ?? 0;
    if (count > 0) row.strangers = others(devices, carried, index, count);
  });
}

function strangersOf({ parts }: EntryPlan, catalog: Catalog, spanMs: number): number {
  const known = catalog.of(partFamily);
  const counts = parts.map(({ kind, params }) =>
    inNameOf(`the part ${kind}`, 'strangers', () => known.get(kind)?.strangers?.(params, spanMs)),
  );
  return Math.max(0, ...counts.map((count) => count ?? 0));
}

/** The first ones that others carry, in the order of the plan. */
function others(
  devices: readonly DevicePlan[],
  carried: readonly StrangerPlan[],
  carrier: number,
  count: number,
): StrangerPlan[] {
  const found: StrangerPlan[] = [];
  for (const one of carried) {
    if (found.length >= count) break;
    const { via, fallBack } = devices[one.device] ?? {};
    if (via !== carrier && fallBack !== carrier) found.push(one);
  }
  return found;
}
