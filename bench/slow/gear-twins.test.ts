/**
 * Gateways, their children and twins come to the same in virtual time and over sockets; and whoever
 * holds one gear against the other sees it where they do not.
 */
import { afterAll, expect, it } from 'vitest';
import { agreement, type TwinRun, twinScene } from '../../tests/gear-twins.ts';
import { Sandbox } from '../../tests/sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

const FILE = box.write('twins.yaml', twinScene(1));

const left = async (out: string): Promise<TwinRun> => ({
  plan: box.plan(out),
  lines: await box.ledger(out),
  store: box.path(out, 'store.sqlite'),
});

it('ends alike in both gears: messages of each child, versions and documents', async () => {
  await box.judged(0, 'sim', FILE);
  const sim = await left('sim');
  const into = await box.unspoilt('real', 'run', FILE, '--gear', 'real', '--shards', '2');
  const { compared, differences } = agreement(sim, await left(into));
  expect(differences).toEqual([]);
  for (const what of ['telemetry sent', 'twin-report arrived', 'version', 'desired', 'reported']) {
    expect(compared.get(what)).toBe(34);
  }
  expect(compared.get('history')).toBe(32);
  expect(compared.get('metadata')).toBe(34);
  box.expectClean();
});

it.each([
  ['twin-reuses-version', / version: \d+, and \d+$/],
  ['twin-resurrects-deleted', / desired: \{/],
  ['twin-claims-unmade', / held settings: \{/],
  ['template-overwrites-own', / desired: \{/],
  ['template-skips-some', / history: \{/],
  ['telemetry-loses-acked-row', / telemetry arrived: /],
])('and %s in one of them is seen', async (mutant, difference) => {
  const ended = await box.run('run', FILE, '--mutant', mutant, '--out', mutant, '--quiet');
  expect(box.fired(mutant), ended.stderr).toBeGreaterThan(0);
  const { differences } = agreement(await left('sim'), await left(mutant));
  expect(
    differences.some((one) => difference.test(one)),
    differences.join('\n'),
  ).toBe(true);
  expect(differences).not.toContain('the plans differ');
});
