/**
 * What only shows once every entry has its parts: a fault that acts on what a part is made of needs
 * a part with such a thing. Whether one has it is for the part to say.
 */
import { partFamily } from '#devices';
import { type Catalog, type EntryPlan, inNameOf, type Plan, type Problem } from '#kernel';
import type { Scenario } from '#scenarios';

export function ailmentProblems(
  { scenario, catalog }: { scenario: Scenario; catalog: Catalog },
  plan: Plan,
): Problem[] {
  const parts = catalog.of(partFamily);
  return plan.faults
    .filter(({ acts }) => acts === 'part')
    .flatMap(({ id, fault, part = {}, devices }) => {
      const feels = (entry: EntryPlan | undefined): boolean =>
        entry?.parts.some(({ kind }) =>
          inNameOf(`the part ${kind}`, 'ails', () => parts.get(kind)?.ails?.(plan, part) === true),
        ) === true;
      const without = devices.find(
        (device) => !feels(plan.entries[plan.devices[device]?.entry ?? -1]),
      );
      if (without === undefined) return [];
      const at = scenario.chaos.findIndex((one) => one.id === id);
      const who = plan.devices[without]?.id ?? '';
      return [
        {
          code: 'no-part',
          path: `chaos[${Math.max(0, at)}].where`,
          message: `${id} (${fault}) acts on a part of a device, and ${who} has none that feels it`,
          hint: 'select devices that have such a part; a flash has whoever is offered firmware',
        },
      ];
    });
}
