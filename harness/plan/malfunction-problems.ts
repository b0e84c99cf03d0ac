/** A device can go wrong only in a way that its model knows; here it is known who has which. */
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
    const knownTo = (device: number): string[] => Object.keys(modelOf(device)?.malfunctions ?? {});
    const without = devices.find((device) => !knownTo(device).includes(malfunction.kind));
    if (without !== undefined) return [lacks(without)];
    const { grows, overMs } = malfunction;
    const isCut = grows !== 'step' && overMs !== null && overMs > to - from;
    return isCut ? [{ ...CUT_SHORT, path: formatPath([...place, 'over']) }] : [];

    function lacks(device: number): Problem {
      const names = knownTo(device);
      const [model, who] = [modelOf(device)?.kind ?? '', plan.devices[device]?.id ?? ''];
      const wanted = malfunction?.kind ?? '';
      const message =
        wanted === ''
          ? `${id} does not say which malfunction it is`
          : `${who}, a ${model}, has no malfunction ${wanted}`;
      if (names.length === 0) {
        const hint = `${model} knows none; select devices of another model, by where`;
        return { code: 'unknown-name', path: formatPath([...place, 'of']), message, hint };
      }
      const [flaw] = noSuch('malfunction', wanted, names, [...place, 'of']);
      const found = flaw === undefined ? null : problemOf(flaw);
      const known = `known: ${names.join(', ')}`;
      const hint = wanted === '' ? `write of: ${names[0]}; ${known}` : (found?.hint ?? known);
      return { code: 'unknown-name', path: formatPath([...place, 'of']), message, hint };
    }
  });
}

const CUT_SHORT = {
  code: 'bad-value',
  message: 'it is over before it is as bad as it gets',
  hint: 'let `over` be no longer than `for`, or write a smaller severity',
};
