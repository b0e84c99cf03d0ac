/**
 * What only shows once every entry has its parts: a fault that acts on what a part is made of needs
 * a part with such a thing. Whether one has it is for the part to say. And a sensor that is to lie
 * has to be there: its device must measure that.
 */
import { modelFamily, partFamily } from '#devices';
import {
  type Catalog,
  type EntryPlan,
  formatPath,
  inNameOf,
  noSuch,
  type PartTrouble,
  type Plan,
  type Problem,
} from '#kernel';
import type { Scenario } from '#scenarios';

export function ailmentProblems(
  { scenario, catalog }: { scenario: Scenario; catalog: Catalog },
  plan: Plan,
): Problem[] {
  const parts = catalog.of(partFamily);
  return plan.faults
    .filter(({ acts }) => acts === 'part')
    .flatMap(({ id, fault, part = {}, devices }) => {
      const isAiling = (kind: string): boolean => parts.get(kind)?.ails?.(plan, part) === true;
      const feels = (entry: EntryPlan | undefined): boolean =>
        entry?.parts.some(({ kind }) =>
          inNameOf(`the part ${kind}`, 'ails', () => isAiling(kind)),
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
          hint: hintFor(part, [...parts.keys()].filter(isAiling)),
        },
      ];
    });
}

/** Names a part that a scenario may write; a flash is none, and comes with what is offered. */
function hintFor(part: PartTrouble, kinds: readonly string[]): string {
  const isFlash = part.rot !== undefined || part.worn !== undefined || part.room !== undefined;
  const [kind] = kinds;
  if (isFlash || kind === undefined) {
    return 'select devices that have such a part; a flash has whoever is offered firmware';
  }
  return `write parts: [${kind}] with their entry, or select devices that have it`;
}

export function sensorProblems(
  { scenario, catalog }: { scenario: Scenario; catalog: Catalog },
  plan: Plan,
): Problem[] {
  const models = catalog.of(modelFamily);
  const signalsOf = (device: number): string[] =>
    Object.keys(
      models.get(plan.entries[plan.devices[device]?.entry ?? -1]?.model ?? '')?.signals ?? {},
    );
  return plan.faults.flatMap(({ id, part, devices }) => {
    if (part?.sensor === undefined) return [];
    const { signal, does, by } = part.sensor;
    const at = Math.max(
      0,
      scenario.chaos.findIndex((one) => one.id === id),
    );
    const place = ['chaos', at, 'with'];
    const without = devices.find((device) => !signalsOf(device).includes(signal));
    const none: Problem[] = without === undefined ? [] : noSignal(signal, without);
    const isNothing = does === 'offset' && by === 0;
    return isNothing ? [...none, { ...NO_OFFSET, path: formatPath([...place, 'by']) }] : none;

    function noSignal(name: string, device: number): Problem[] {
      const [who, known] = [plan.devices[device]?.id ?? '', signalsOf(device)];
      const [flaw] = noSuch('signal', name, known, [...place, 'signal']);
      const message = `${who} measures no ${name}`;
      return [
        {
          code: 'unknown-name',
          path: formatPath([...place, 'signal']),
          message,
          hint: flaw?.hint ?? '',
        },
      ];
    }
  });
}

const NO_OFFSET = {
  code: 'bad-value',
  message: 'a sensor that says 0 more says what there is',
  hint: 'write how much more it is to say, such as 2 or -2',
};
