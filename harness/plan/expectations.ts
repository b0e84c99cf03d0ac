/**
 * What the scenario expects, with the values of each checker's parameters. Checkers come by their
 * words alone: harness and reports never meet.
 */
import {
  assert,
  type Catalog,
  type ExpectPlan,
  formatDuration,
  type Plan,
  phaseOf,
  readParams,
} from '#kernel';
import type { Scenario } from '#scenarios';

export function planExpectations(scenario: Scenario, catalog: Catalog): ExpectPlan[] {
  const checkers = catalog.words('checker');
  return scenario.expect.map(({ checker, with: given }) => {
    const word = checkers?.get(checker);
    assert(word !== undefined, `the scenario was checked, and there is no checker ${checker}`);
    return { checker, params: readParams(word.params, given).values };
  });
}

/** Times that count from the end of a fault, and end only after the run does. */
export function expectationNotes(
  { expect, faults, phases }: Pick<Plan, 'expect' | 'faults' | 'phases'>,
  catalog: Catalog,
): string[] {
  const end = phaseOf(phases, 'drain').to;
  return expect.flatMap(({ checker, params }) => {
    const declared = Object.entries(catalog.words('checker')?.get(checker)?.params ?? {});
    return declared.flatMap(([name, param]) => {
      if (param.kind !== 'duration' || param.fromHealOf === undefined) return [];
      const fault = faults.find(({ id }) => id === params[param.fromHealOf ?? '']);
      const span = Number(params[name]);
      if (fault === undefined || !(fault.to + span > end)) return [];
      const [over, at] = [formatDuration(fault.to + span), formatDuration(end)];
      return [
        `${checker}: ${name} ${formatDuration(span)} after ${fault.id} ends at ${over}, and the ` +
          `run at ${at}: what has not happened by then is undecided; let time.settle last longer`,
      ];
    });
  });
}
