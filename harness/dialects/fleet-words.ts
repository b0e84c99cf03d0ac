/** What a dialect may know of the plan of its run: who speaks through whom, and of what. */
import { modelFamily } from '#devices';
import { type Catalog, type Plan, streamNamed } from '#kernel';
import type { DialectFleet, SpokenFor } from './dialect.ts';

type Spoken = Pick<Plan, 'devices' | 'entries' | 'streams'>;

/** Of the rows that are here; a shard's plan has holes. */
export function fleetWords(plan: Spoken, catalog: Catalog): DialectFleet {
  const models = catalog.of(modelFamily);
  const byEntry = plan.entries.map(({ model, streams }) => ({
    signals: Object.keys(models.get(model)?.signals ?? {}),
    streams: plan.streams.flatMap(({ code, name }) => (streams.includes(code) ? [name] : [])),
  }));
  let indexes: Map<string, number> | null = null;
  const indexOf = (id: string): number => {
    indexes ??= new Map(plan.devices.flatMap((row, at) => (row ? [[row.id, at] as const] : [])));
    return indexes.get(id) ?? -1;
  };
  const at = (index: number): SpokenFor | undefined => {
    const row = plan.devices[index];
    if (row === undefined) return undefined;
    const { id, lane, via = null, entry } = row;
    const carrier = via === null ? null : (plan.devices[via]?.id ?? null);
    return { id, index, lane, carrier, ...(byEntry[entry] ?? { signals: [], streams: [] }) };
  };
  return {
    at,
    device: (id) => at(indexOf(id)),
    stream: (name) => streamNamed(plan, name),
  };
}
