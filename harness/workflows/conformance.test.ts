/** Every workflow keeps what a workflow owes; a user's own is tried with the same. */
import { beforeAll, describe, expect, it } from 'vitest';
import { partFamily } from '#devices';
import type { DevicePlan } from '#kernel';
import { soundness } from '../../kernel/testing/soundness.ts';
import { loadCatalog, type PluginCatalog } from '../catalog/load-catalog.ts';
import { defineWorkflow } from './workflow.ts';
import { workflowFamily } from './workflow-family.ts';

const own = await loadCatalog([workflowFamily]);
const kinds = [...own.of(workflowFamily).values()];
const duties = await workflowFamily.duties();
let catalog: PluginCatalog;
beforeAll(async () => {
  catalog = await loadCatalog([partFamily]);
});

describe.each(kinds)('the workflow $kind', (kind) => {
  it.each(duties)('$says', async (duty) => {
    expect(await duty.flaws(kind, catalog)).toEqual([]);
  });
});

it('finds one that changes what it is shown, and one whose part is not there', async () => {
  const greedy = defineWorkflow({
    kind: 'greedy',
    summary: 'takes a device away',
    params: {},
    parts: ['nowhere'],
    resolve: (_, { devices }) => {
      (devices as DevicePlan[]).pop();
      return { resolved: null };
    },
    start: () => ({ stop: () => {}, account: () => {}, end: async () => {} }),
  });
  const told = await soundness(workflowFamily, greedy, catalog);
  expect(told).toMatch(/changes nothing.*: the workflow greedy threw in .*not extensible|delete/);
  expect(told).toContain('there is no part nowhere');
});

it('finds one that decides by chance, or what no file can hold', async () => {
  let calls = 0;
  const odd = (resolved: () => unknown) =>
    defineWorkflow({
      kind: 'odd',
      summary: 'decides oddly',
      params: {},
      resolve: () => ({ resolved: resolved() }),
      start: () => ({ stop: () => {}, account: () => {}, end: async () => {} }),
    });
  const told = (resolved: () => unknown) => soundness(workflowFamily, odd(resolved), catalog);
  expect(await told(() => ++calls)).toContain('otherwise the second time');
  expect(await told(() => ({ at: Number.NaN }))).toContain('more than JSON can hold');
  expect(await told(() => ({ at: [1, 'two', null] }))).toBe('');
});
