/** What families without a bench of their own owe is kept by every plug-in of the product. */
import { describe, expect, it } from 'vitest';
import type { Family } from '#kernel';
import { checkPlugin } from './check-plugin.ts';
import { FAMILIES, wholeCatalog } from './families.ts';

const catalog = await wholeCatalog();
const all: readonly Family[] = FAMILIES;
const families = all.filter(({ family }) => ['dialect', 'service', 'mutant'].includes(family));
const plugins = families.flatMap((family) =>
  [...catalog.of(family).values()].map((plugin) => ({ family: family.family, plugin })),
);

it('has duties for every family but the proofs', async () => {
  const without = [];
  for (const family of FAMILIES) {
    if ((await family.duties()).length === 0) without.push(family.family);
  }
  expect(without).toEqual(['proof']);
});

it.each(plugins)('$family $plugin.kind keeps them', async ({ plugin }) => {
  expect(await checkPlugin(plugin)).toEqual([]);
});

describe('finds', () => {
  const [native, telemetry, mutant] = ['dialect', 'service', 'mutant'].map(
    (name) => plugins.find(({ family }) => family === name)?.plugin as object,
  );
  let calls = 0;
  it.each<[string, object, RegExp]>([
    ['a dialect with a codec that there is not', { ...native, codec: 'morse' }, /no codec 'morse'/],
    [
      'a service that shares a table',
      { ...telemetry, kind: 'mine', schema: 'CREATE TABLE IF NOT EXISTS messages (a)' },
      /belongs to two|seam/,
    ],
    ['a mutant without a seam', { ...mutant, plant: () => ({}) }, /plant gives no seam/],
    [
      'a mutant that changes its seams',
      { ...mutant, plant: () => ({ [`seam${++calls}`]: () => {} }) },
      /and the second time/,
    ],
    ['what is of no family', { kind: 'x' }, /is of no family/],
  ])('%s', async (_, plugin, words) => {
    const found = await checkPlugin(plugin);
    expect(found.map(({ message }) => message).join('\n')).toMatch(words);
  });
});
