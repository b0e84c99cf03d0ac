/** In whose name a gateway speaks by mistake stands in its row. */
import { expect, it } from 'vitest';
import { partFamily } from '#devices';
import type { Catalog, DevicePlan, EntryPlan, PhasePlan } from '#kernel';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { layStrangers } from './strangers.ts';

const EVERY_MS = 5000;
const entryWith = (kind: string): EntryPlan =>
  ({ id: kind, parts: [{ kind, params: { strays: EVERY_MS } }] }) as unknown as EntryPlan;
const row = (id: string, entry: number, via?: number): DevicePlan =>
  ({ id, entry, lane: id.length, ...(via === undefined ? {} : { via }) }) as DevicePlan;
const catalog: Catalog = await loadCatalog([partFamily]);
const gateway = catalog.of(partFamily).get('gateway');
const drain = { name: 'drain', from: 12_000, to: 13_000 } as PhasePlan;

/** Two gateways with three children each, and one that is wired well. */
function laid(): DevicePlan[] {
  const devices = [
    ...[row('g0', 0), row('g1', 0), row('none', 1)],
    ...[row('a', 1, 0), row('b', 1, 0), row('c', 1, 0)],
    ...[row('d', 1, 1), row('e', 1, 1), row('f', 1, 1)],
  ];
  for (const device of devices) device.lane = device.via ?? device.lane;
  devices.slice(0, 2).forEach((device, index) => {
    device.lane = index;
  });
  layStrangers(
    { entries: [entryWith('gateway'), entryWith('other')], devices, phases: [drain] },
    catalog,
  );
  return devices;
}

it('are the first ones that others carry, as many as there is time for', () => {
  expect(laid().map(({ strangers }) => strangers?.map(({ id }) => id))).toEqual([
    ['d', 'e', 'f'],
    ['a', 'b', 'c'],
    ...Array.from({ length: 7 }, () => undefined),
  ]);
  expect(laid()[0]?.strangers?.[1]).toEqual({ device: 7, id: 'e', lane: 1 });
});

it('are nobody for a part that speaks for nobody', () => {
  expect(partFamily.check({ ...gateway, strangers: 3 })).not.toEqual([]);
  expect(gateway?.strangers?.({}, 60_000)).toBe(0);
  expect(gateway?.strangers?.({ strays: EVERY_MS }, 12_000)).toBe(3);
});
