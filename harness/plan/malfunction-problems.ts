/** A device can go wrong only in a way that its model knows; who has which model is decided here. */
import { modelFamily } from '#devices';
import { type Catalog, formatPath, noSuch, type Plan, type Problem, problemOf } from '#kernel';
import type { Scenario } from '#scenarios';

export function malfunctionProblems(
  { scenario, catalog }: { scenario: Scenario; catalog: Catalog },
  plan: Plan,
): Problem[] {
  const models = catalog.of(modelFamily);
  const modelOf = (device: number) =>
    models.get(plan.entries[plan.devices[device]?.entry ?? -1]?.model ?? '');
  return plan.faults.flatMap(({ id, part, devices, from, to }) => {
    const { malfunction } = part ?? {};
    if (malfunction === undefined) return [];
    const at = scenario.chaos.findIndex((one) => one.id === id);
    const place = ['chaos', Math.max(0, at), 'with'];
    const known = (device: number): string[] => Object.keys(modelOf(device)?.malfunctions ?? {});
    const without = devices.find((device) => !known(device).includes(malfunction.kind));
    if (without !== undefined) return [lacks(without)];
    const { grows, overMs } = malfunction;
    const isCut = grows !== 'step' && overMs !== null && overMs > to - from;
    return isCut ? [{ ...CUT_SHORT, path: formatPath([...place, 'over']) }] : [];

    function lacks(device: number): Problem {
      const names = known(device);
      const [model, who] = [modelOf(device)?.kind ?? '', plan.devices[device]?.id ?? ''];
      const message = `${who}, a ${model}, has no malfunction ${malfunction?.kind ?? ''}`;
      if (names.length === 0) {
        const hint = `${model} knows none; select devices of another model, by where`;
        return { code: 'unknown-name', path: formatPath([...place, 'of']), message, hint };
      }
      const [flaw] = noSuch('malfunction', malfunction?.kind ?? '', names, [...place, 'of']);
      const found = flaw === undefined ? null : problemOf(flaw);
      const hint = found?.hint ?? `known: ${names.join(', ')}`;
      return { code: 'unknown-name', path: formatPath([...place, 'of']), message, hint };
    }
  });
}

const CUT_SHORT = {
  code: 'bad-value',
  message: 'it is over before it is as bad as it gets',
  hint: 'let `over` be no longer than `for`, or write a smaller severity',
};
