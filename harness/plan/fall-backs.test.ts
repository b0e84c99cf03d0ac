/** On whom devices fall back, and that whoever may carry one device shares a lane with it. */
import { expect, it } from 'vitest';
import { type DevicePlan, isCarried, leaningOn, spokenForBy } from '#kernel';
import type { FleetEntry } from '#scenarios';
import { layFallBacks } from './fall-backs.ts';
import { layLanes } from './roster.ts';

const entry = (id: string, via: string | null, other: string | null = null): FleetEntry =>
  ({
    id,
    via,
    fallBack: other === null ? null : { via: other, afterMs: 1, holdMs: 1 },
  }) as unknown as FleetEntry;
const row = (id: string, at: number, site: string, via?: number): DevicePlan =>
  ({ id, entry: at, site, lane: 0, ...(via === undefined ? {} : { via }) }) as DevicePlan;

it('are of the entry that is named, at the same site, in turn', () => {
  const fleet = [entry('gates', null), entry('spares', null), entry('kids', 'gates', 'spares')];
  const devices = [
    ...[row('g/1', 0, 'a'), row('g/2', 0, 'b')],
    ...[row('s/1', 1, 'a'), row('s/2', 1, 'a'), row('s/3', 1, 'b')],
    ...[row('k/1', 2, 'a', 0), row('k/2', 2, 'a', 0), row('k/3', 2, 'a', 0)],
    row('k/4', 2, 'b', 1),
  ];
  expect(layFallBacks(fleet, devices)).toEqual([]);
  expect(devices.map(({ fallBack }) => fallBack)).toEqual([
    ...Array.from({ length: 5 }, () => undefined),
    ...[2, 3, 2, 4],
  ]);
  layLanes(devices);
  const lanes = devices.map(({ lane }) => lane);
  expect(new Set([0, 2, 3, 5, 6, 7].map((device) => lanes[device])).size).toBe(1);
  expect(new Set([1, 4, 8].map((device) => lanes[device])).size).toBe(1);
  const plan = { devices };
  expect([leaningOn(plan, 2), leaningOn(plan, 3), spokenForBy(plan, 0)]).toEqual([
    [5, 7],
    [6],
    [5, 6, 7],
  ]);
  expect(isCarried(plan, 2)).toBe(false);
});

it('may be the next one of the same entry, and never its own', () => {
  const fleet = [entry('gates', null), entry('kids', 'gates', 'gates')];
  const devices = [
    ...[row('g/1', 0, 'a'), row('g/2', 0, 'a')],
    ...[row('k/1', 1, 'a', 0), row('k/2', 1, 'a', 1)],
  ];
  expect(layFallBacks(fleet, devices)).toEqual([]);
  expect(devices.slice(2).map(({ fallBack }) => fallBack)).toEqual([1, 0]);
});

it('are told to be missing where there is none', () => {
  const fleet = [entry('gates', null), entry('kids', 'gates', 'gates')];
  const devices = [row('g/1', 0, 'a'), row('k/1', 1, 'a', 0)];
  expect(layFallBacks(fleet, devices)).toMatchObject([
    { code: 'no-carrier', path: 'fleet[1].fall-back.via' },
  ]);
});
