/**
 * A planted bug that fires and leaves the ledger as it is without it has changed nothing that a
 * checker could see, and is told apart from one that went by unnoticed.
 */
import { afterAll, expect, it } from 'vitest';
import { hasSameLedger } from '../harness/cli/same-ledger.ts';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

/** No clock is wrong in it, and so it is all the same whose is gone by. */
const TRUE_CLOCKS = scene({
  name: 'true-clocks',
  time: '{ warmup: 2s, steady: 2s, chaos: 14s, settle: 3s, drain: 2s }',
  fleet:
    '{ id: fridges, model: cold-chain-fridge, count: 2, every: 500ms, session: persistent, with: { heatCapacity: 3000, leakage: 12, coolingPower: 600, band: 1.6 } }',
  chaos: ['{ id: off, at: chaos+3s, for: 2s, fault: outage }'],
  more: [
    'workflows: [{ rules: { name: on, when: compressor > 0.5, clear: compressor < 0.5, for: 1s } }]',
  ],
});

it('has the same ledger with a bug that changed nothing, and another with one that did', async () => {
  box.write('s.yaml', TRUE_CLOCKS);
  const run = (out: string, ...more: string[]) => box.run('run', 's.yaml', '--out', out, ...more);
  expect((await run('without')).code).toBe(0);
  const bugs = ['rules-trusts-clocks', 'rules-fires-twice'];
  for (const bug of bugs) await run(bug, '--mutant', bug);
  for (const bug of bugs) expect(box.fired(bug), bug).toBeGreaterThan(0);
  const asWithout = bugs.map((bug) => hasSameLedger(box.path(bug), box.path('without')));
  expect(asWithout).toEqual([true, false]);
});
