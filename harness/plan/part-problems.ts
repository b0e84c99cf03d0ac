/**
 * What a part finds wrong with what an entry asks of it, where that hangs on who is carried by the
 * entry's devices: told with its place, before anything starts.
 */
import { modelFamily, type PartChild, type PartOwner, partFamily } from '#devices';
import { type Catalog, formatPath, inNameOf, type Plan, type Problem, spokenForBy } from '#kernel';
import type { Scenario } from '#scenarios';

export function partProblems(
  { scenario, catalog }: { scenario: Scenario; catalog: Catalog },
  plan: Plan,
): Problem[] {
  const parts = catalog.of(partFamily);
  return scenario.fleet.flatMap((written, at) => {
    const entry = plan.entries[at];
    const children = childrenOf(plan, at, catalog);
    const owner: PartOwner = {
      passengers: scenario.fleet
        .filter(({ via, fallBack }) => via === written.id || fallBack?.via === written.id)
        .map(({ id }) => id),
      parts: (entry?.parts ?? []).map(({ kind }) => kind),
      signals: Object.keys(catalog.of(modelFamily).get(entry?.model ?? '')?.signals ?? {}),
    };
    return (entry?.parts ?? []).flatMap(({ kind, params }) => {
      const place = written.parts.findIndex(({ part }) => part === kind);
      if (place < 0) return [];
      const flaws = inNameOf(
        `the part ${kind}`,
        'flaws',
        () => parts.get(kind)?.flaws?.(params, children, owner) ?? [],
      );
      return flaws.map(({ path, message, hint }) => ({
        code: 'part',
        path: formatPath(['fleet', at, 'parts', place, kind, ...path]),
        message,
        ...(hint === undefined ? {} : { hint }),
      }));
    });
  });
}

/** By entry, those that may speak through its devices. */
function childrenOf(plan: Plan, entry: number, catalog: Catalog): PartChild[] {
  const models = catalog.of(modelFamily);
  const parts = catalog.of(partFamily);
  const most = new Map<number, number>();
  plan.devices.forEach((device, index) => {
    if (device.entry !== entry) return;
    const here = new Map<number, number>();
    for (const child of spokenForBy(plan, index)) {
      const of = plan.devices[child]?.entry ?? -1;
      here.set(of, (here.get(of) ?? 0) + 1);
    }
    for (const [of, count] of here) most.set(of, Math.max(most.get(of) ?? 0, count));
  });
  return [...most].flatMap(([of, count]) => {
    const entry = plan.entries[of];
    if (entry === undefined) return [];
    const { id, model, fallBack } = entry;
    const { signals = {}, commands = {} } = models.get(model) ?? {};
    const kinds = entry.parts.map(({ kind }) => kind);
    const rewordedBy = kinds.filter((kind) => parts.get(kind)?.rewords === true);
    const fallsBack = fallBack !== undefined;
    const can = { signals: Object.keys(signals), commands };
    return [{ entry: id, fallsBack, ...can, most: count, rewordedBy }];
  });
}
