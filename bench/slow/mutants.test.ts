/**
 * The planted bugs that not each call of the tests tries. The honest twin passes the same
 * scenarios, so that what a mutant fails for is the mutant.
 */
import { describe, it } from 'vitest';
import { areCaught, nearMutants } from '../../tests/mutants.ts';
import { mutantFolder } from '../../tests/planted.ts';
import { inShare } from '../../tests/share.ts';

const near = new Set((await nearMutants()).map(({ kind }) => kind));
const all = await mutantFolder();
const box = areCaught(all.filter(({ kind }) => !near.has(kind) && inShare(kind)));
const scenarios = [...new Set(all.map(({ scenario }) => scenario))]
  .sort()
  .filter((s) => inShare(s));
for (const name of scenarios) box.library(name);

describe.concurrent('the honest twin passes', () => {
  it.each(scenarios)('%s', async (scenario) => {
    await box.judged(0, `honest-${scenario}`, `${scenario}.yaml`, '--gear', 'sim');
  });
});
