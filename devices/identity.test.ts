/** Identities: believable, repeatable, independent of the order in which they are asked for. */
import { expect, test } from 'vitest';
import { identityOf } from './identity.ts';

const id = (site: string, index: number): string => `fridges/${site}/${index}`;

test('equal for equal arguments, whatever was asked before', () => {
  const first = identityOf(1, id('north-1', 1), 'cold-chain-fridge');
  identityOf(2, id('south-1', 9), 'room-thermostat');
  expect(identityOf(1, id('north-1', 1), 'cold-chain-fridge')).toEqual(first);
  expect(identityOf(2, id('north-1', 1), 'cold-chain-fridge')).not.toEqual(first);
});

test('a fleet has unique serials, a few makers and firmwares, and one address a site', () => {
  const fleet = Array.from({ length: 500 }, (_, index) =>
    identityOf(7, id(`north-${index % 2}`, index), 'cold-chain-fridge'),
  );
  const distinct = (name: keyof (typeof fleet)[0]): number =>
    new Set(fleet.map((identity) => identity[name])).size;
  expect(distinct('serial')).toBe(500);
  expect(distinct('maker')).toBe(3);
  expect(distinct('firmware')).toBe(4);
  expect(distinct('place')).toBe(2);
  expect(distinct('label')).toBeGreaterThan(3);
  for (const { serial, maker, firmware, place, label } of fleet) {
    expect(serial).toMatch(/^[A-Z0-9]{12}$/);
    expect(maker.length).toBeGreaterThan(2);
    expect(firmware).toMatch(/^\d+\.\d+\.\d+$/);
    expect(place).toMatch(/^.+, .+$/);
    expect(label).toContain('cold chain fridge');
  }
});

test('pinned, so that an upgrade of Faker cannot rename a fleet unnoticed', () => {
  expect(identityOf(42, id('north-1', 17), 'cold-chain-fridge')).toMatchInlineSnapshot(`
    {
      "firmware": "2.8.9",
      "label": "Shoes cold chain fridge",
      "maker": "Goldner Inc",
      "place": "83253 Roman Road, Felicitycester",
      "serial": "MS8F2T1198U0",
    }
  `);
});
