/**
 * What only shows once every entry has its parts: a fault that acts on a bus needs one. Whether the
 * children of a gateway stand on a bus is for the part to say that stands between.
 */
import { partFamily } from '#devices';
import {
  type BusTrouble,
  type Catalog,
  carrierOf,
  type EntryPlan,
  inNameOf,
  type Plan,
  type Problem,
} from '#kernel';
import type { Scenario } from '#scenarios';

export function busProblems(
  { scenario, catalog }: { scenario: Scenario; catalog: Catalog },
  plan: Plan,
): Problem[] {
  const parts = catalog.of(partFamily);
  const feels = (entry: EntryPlan, trouble: BusTrouble): boolean =>
    entry.parts.some(({ kind }) =>
      inNameOf(`the part ${kind}`, 'bus', () => parts.get(kind)?.bus?.(entry, trouble) === true),
    );
  return plan.faults
    .filter(({ acts }) => acts === 'bus')
    .flatMap(({ id, fault, bus = {}, devices }) => {
      const without = devices.find((device) => {
        const entry = plan.entries[plan.devices[carrierOf(plan, device)]?.entry ?? -1];
        return entry === undefined || !feels(entry, bus);
      });
      if (without === undefined) return [];
      const at = scenario.chaos.findIndex((one) => one.id === id);
      const who = plan.devices[without]?.id ?? '';
      return [
        {
          code: 'no-bus',
          path: `chaos[${Math.max(0, at)}].where`,
          message: `${id} (${fault}) acts on a bus, and ${who} stands on none that feels it`,
          hint: 'give its gateway one: parts: [{ gateway: { bus: { poll: 1s } } }]',
        },
      ];
    });
}
