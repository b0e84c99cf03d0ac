/** The reference of a scenario's file says what is read today: every key, and every kind. */
import { expect, it } from 'vitest';
import { scenarioDoc, writtenDoc } from './scenario-doc.ts';

it('docs/scenario.md is current', async () => {
  expect(writtenDoc(), 'write it anew: node tools/scenario-doc.ts').toBe(await scenarioDoc());
});

it('names every key that the schema has, whatever it lies in', async () => {
  const doc = await scenarioDoc();
  for (const heading of ['`time`', '`fleet[]`', '`topology.regions.NAME`', '`target.guarantees`'])
    expect(doc).toContain(`## ${heading}`);
  expect(doc).toMatch(/\| `durable-sessions` \| `true`, `false` \|/);
  expect(doc).toMatch(/\| `partition` \| .*`direction`: /);
  expect(doc).not.toMatch(/undefined|\[object|null/);
});
