/** Whose connection a device uses, and who feels what acts on it. */
import { describe, expect, it } from 'vitest';
import { laneOf } from '../message.ts';
import {
  carriedBy,
  carrierOf,
  connectionCount,
  connectionsOf,
  isCarried,
  laneIn,
  reachOf,
  sessionCount,
} from './carriers.ts';
import type { DevicePlan, EntryPlan } from './plan.ts';

const row = (id: string, over: Partial<DevicePlan> = {}): DevicePlan => ({
  id,
  entry: 0,
  region: 'r',
  site: 's',
  lane: 3,
  cohort: 0,
  bootAt: 0,
  firstAt: 0,
  params: [],
  identity: {},
  ...over,
});

/** Device 1 carries 0 and 3; 2 is on its own. */
const plan = {
  devices: [row('a', { via: 1 }), row('gate'), row('b', { via: null }), row('c', { via: 1 })],
};

describe('a carrier', () => {
  it('is whose connection a device uses', () => {
    expect([0, 1, 2, 3].map((device) => carrierOf(plan, device))).toEqual([1, 1, 2, 1]);
    expect([0, 1, 2, 3].map((device) => isCarried(plan, device))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(carriedBy(plan, 1)).toEqual([0, 3]);
    expect(carriedBy(plan, 2)).toEqual([]);
  });

  it('is what is counted where connections are', () => {
    expect(connectionCount(plan)).toBe(2);
    expect(connectionsOf(plan, [3, 0, 2])).toEqual([1, 2]);
    const entries = [{ channels: ['download', 'talk'] }] as EntryPlan[];
    expect(sessionCount({ ...plan, entries })).toBe(2 * (1 + 2));
  });

  it('takes whom it carries along into a fault, and not the other way round', () => {
    expect(reachOf(plan, { devices: [1] })).toEqual([0, 1, 3]);
    expect(reachOf(plan, { devices: [0, 2] })).toEqual([0, 2]);
  });

  it('is known in the part of a plan that a shard holds', () => {
    const devices: DevicePlan[] = [];
    devices[2] = row('gate');
    devices[5] = row('a', { via: 2 });
    expect(carrierOf({ devices }, 5)).toBe(2);
  });

  it.each([
    ['is not there', [row('a', { via: 7 })]],
    ['is carried itself', [row('a', { via: 1 }), row('b', { via: 2 }), row('c')]],
    ['is in another lane', [row('a', { via: 1 }), row('b', { lane: 4 })]],
  ])('that %s is refused', (_, devices) => {
    expect(() => carrierOf({ devices }, 0)).toThrow('broken invariant');
  });
});

describe('a lane', () => {
  it('is of the device, of its carrier, or of the group', () => {
    const devices = [
      row('a', { via: 1 }),
      row('gate'),
      row('b', { via: 3 }),
      row('g', { group: 'x' }),
    ];
    const lanes = devices.map((device) => laneIn(devices, device));
    expect(lanes).toEqual([laneOf('gate'), laneOf('gate'), laneOf('x'), laneOf('x')]);
  });

  it('is the same whichever gateway of the group carries a device', () => {
    const gates = [row('g1', { group: 'x' }), row('g2', { group: 'x' })];
    const [before, after] = [0, 1].map((via) => row('a', { via }));
    for (const child of [before, after]) {
      if (child !== undefined) expect(laneIn(gates, child)).toBe(laneOf('x'));
    }
  });
});
