/**
 * What the scenario expects, with the values of each checker's parameters. Checkers come by their
 * words alone: harness and reports never meet.
 */
import { assert, type Catalog, type ExpectPlan, readParams } from '#kernel';
import type { Scenario } from '#scenarios';

export function planExpectations(scenario: Scenario, catalog: Catalog): ExpectPlan[] {
  const checkers = catalog.words('checker');
  return scenario.expect.map(({ checker, with: given }) => {
    const word = checkers?.get(checker);
    assert(word !== undefined, `the scenario was checked, and there is no checker ${checker}`);
    return { checker, params: readParams(word.params, given).values };
  });
}
