/** Which planted bugs sleep in a scenario, and which a list of words means. */
import { beforeAll, expect, it } from 'vitest';
import { type Catalog, type Mutant, mutantFamily, type Plan } from '#kernel';
import { wholeCatalog } from './families.ts';
import { chosenMutants, whyAsleep } from './mutant-words.ts';

let catalog: Catalog;
let mutants: Mutant[];
beforeAll(async () => {
  catalog = await wholeCatalog();
  mutants = [...catalog.of(mutantFamily).values()];
});

const planOf = (workflows: readonly string[], parts: readonly string[] = []): Plan =>
  ({
    workflows: workflows.map((workflow) => ({ workflow })),
    entries: [{ parts: parts.map((kind) => ({ kind, params: {} })) }],
  }) as unknown as Plan;

const wokenBy = (plan: Plan): Set<string> =>
  new Set(mutants.filter((one) => whyAsleep(one, plan, catalog) === null).map(({ word }) => word));

it('sleep where nothing of their word is at work', () => {
  const woken = wokenBy(planOf(['rules']));
  expect(woken).toContain('rules');
  expect(woken).toContain('telemetry');
  for (const word of ['inbox', 'ota', 'pressure', 'tiers', 'acts']) {
    expect(woken).not.toContain(word);
  }
});

it('wake by a part of their word, or by a workflow that needs it or says so', () => {
  expect(wokenBy(planOf([], ['ota']))).toContain('ota');
  // Our twin behind an inbox goes by rules.
  expect(wokenBy(planOf(['inbox']))).toContain('rules');
  expect(wokenBy(planOf(['template']))).toContain('twin');
});

it('says why', () => {
  const [ota] = mutants.filter(({ word }) => word === 'ota');
  expect(whyAsleep(ota as Mutant, planOf([]), catalog)).toBe(
    "the scenario has no workflow 'ota', and no device has the part 'ota'",
  );
});

it('are chosen by their words or names', () => {
  const words = (asked: string) => new Set(chosenMutants(asked, mutants).map(({ word }) => word));
  expect(words('rules, tiers')).toEqual(new Set(['rules', 'tiers']));
  expect(chosenMutants('all', mutants)).toEqual(mutants);
  expect(chosenMutants('rules-fires-twice', mutants).map(({ kind }) => kind)).toEqual([
    'rules-fires-twice',
  ]);
  expect(() => chosenMutants('rulse,tiers', mutants)).toThrow(/no planted bug is of 'rulse'/);
});
