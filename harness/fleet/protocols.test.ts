/** Every protocol does what it owes, and stands with its name alone. */
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { protocolFamily } from './protocol-family.ts';

const catalog = await loadCatalog([protocolFamily]);
const kinds = [...catalog.of(protocolFamily).values()];
const duties = await protocolFamily.duties();

it('there are some', () => {
  expect(kinds.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['http', 'mqtt']));
});

describe.each(kinds)('the protocol $kind', (kind) => {
  it.each(duties)('$says', async (duty) => {
    expect(await duty.flaws(kind, catalog)).toEqual([]);
  });
});

it('one that leads nowhere is found out', async () => {
  const [http] = kinds.filter(({ channel }) => channel !== undefined);
  const { intake: _, ...lost } = http ?? (kinds[0] as (typeof kinds)[number]);
  const flaws = await Promise.all(duties.map((duty) => duty.flaws(lost, catalog)));
  expect(flaws.flat().join()).toMatch(/channel and intake go together/);
});
