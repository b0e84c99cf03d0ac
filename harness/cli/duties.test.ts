/** What families without a bench of their own owe is kept by every plug-in of the product. */
import { describe, expect, it } from 'vitest';
import type { Family } from '#kernel';
import { checkPlugin } from './check-plugin.ts';
import { FAMILIES, wholeCatalog } from './families.ts';

const catalog = await wholeCatalog();
const all: readonly Family[] = FAMILIES;
const FAMILIES_HERE = ['dialect', 'service', 'mutant', 'proof'];
const families = all.filter(({ family }) => FAMILIES_HERE.includes(family));
const plugins = families.flatMap((family) =>
  [...catalog.of(family).values()].map((plugin) => ({ family: family.family, plugin })),
);

it('has duties for every family', async () => {
  const without = [];
  for (const family of FAMILIES) {
    if ((await family.duties()).length === 0) without.push(family.family);
  }
  expect(without).toEqual([]);
});

it.each(plugins)('$family $plugin.kind keeps them', async ({ plugin }) => {
  expect(await checkPlugin(plugin)).toEqual([]);
});

describe('finds', () => {
  const [native, telemetry, mutant] = FAMILIES_HERE.map(
    (name) => plugins.find(({ family }) => family === name)?.plugin as object,
  );
  const proof = plugins.find(({ plugin: { kind } }) => kind === 'closed')?.plugin as object;
  let calls = 0;
  const fail = (): never => {
    throw new Error('on purpose');
  };
  it.each<[string, object, RegExp]>([
    ['a dialect with a codec that there is not', { ...native, codec: 'morse' }, /no codec 'morse'/],
    [
      'a service that shares a table',
      { ...telemetry, kind: 'mine', schema: 'CREATE TABLE IF NOT EXISTS messages (a)' },
      /belongs to two|seam|two services answer/,
    ],
    ['a mutant without a seam', { ...mutant, plant: () => ({}) }, /plant gives no seam/],
    [
      'a mutant that changes its seams',
      { ...mutant, plant: () => ({ [`seam${++calls}`]: () => {} }) },
      /and the second time/,
    ],
    [
      'a proof that says yes to whatever was injected',
      { ...proof, read: () => [{ kind: 'yes', text: 'so it was' }] },
      /says yes to a reset that did nothing/,
    ],
    ['a proof that throws', { ...proof, read: () => fail() }, /on purpose/],
    [
      'a proof whose links contradict themselves',
      { ...proof, link: () => ({ cuts: true, ends: false, refuse: true }) },
      /there is no 'refuse'[\s\S]*cuts connections that do not end/,
    ],
    [
      'a proof whose links are others each time',
      { ...proof, link: () => ({ later: { quickestMs: ++calls, anyMs: calls } }) },
      /is another one the second time/,
    ],
    ['a proof that no fault names', { ...proof, kind: 'mine' }, /no fault names it/],
    ['what is of no family', { kind: 'x' }, /is of no family/],
  ])('%s', async (_, plugin, words) => {
    const found = await checkPlugin(plugin);
    expect(found.map(({ message }) => message).join('\n')).toMatch(words);
  });
});
