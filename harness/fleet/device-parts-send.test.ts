/** A part sends what it brings, under numbers that a key can hold, and is told so otherwise. */
import { expect, it, vi } from 'vitest';
import type { Body } from '#devices';
import { type DevicePlan, type EntryPlan, NUMBERS_MAX, type Plan, WorldError } from '#kernel';
import type { DeviceMessages } from './device-messages.ts';
import { DeviceParts } from './device-parts.ts';
import type { FleetContext } from './fleet-context.ts';

function bench() {
  const entry = { parts: [], streams: [3] } as unknown as EntryPlan;
  const device = { id: 'd/1', entry: 0, lane: 0 } as DevicePlan;
  const fleet = { plan: { devices: [device] } as unknown as Plan } as unknown as FleetContext;
  const owner = { index: 0, device, entry, isOnline: true, tell: () => {}, pump: vi.fn() };
  const messages = { make: vi.fn(), put: vi.fn() } as unknown as DeviceMessages;
  const parts = new DeviceParts(fleet, owner, {} as Body, messages, []);
  const send = (stream: number, n: number) => () => parts.send({ stream, n, values: {} });
  return { send, pump: owner.pump };
}

it('takes every number that has a key of its own', () => {
  const { send, pump } = bench();
  for (const n of [0, 1, NUMBERS_MAX - 1]) send(3, n)();
  expect(pump).toHaveBeenCalledTimes(3);
});

it.each([
  ['a stream that nobody brings', 4, 0],
  ['a number below 0', 3, -1],
  ['no whole number', 3, 0.5],
  ['a number that the judge keeps no book of', 3, 2 ** 26],
])('refuses %s as the affair of whoever wrote the part', (_, stream, n) => {
  const { send, pump } = bench();
  expect(send(stream, n)).toThrow(WorldError);
  expect(send(stream, n)).toThrow(`d/1 sends number ${n} of stream ${stream}`);
  expect(pump).not.toHaveBeenCalled();
});
