/** A twin on the workbench: it asks until it is answered, and no more once the run is over. */
import { expect, it } from 'vitest';
import { BENCH_MODEL, BenchDevice } from '../duties/bench-device.ts';
import part from './twin.ts';

function connected(): BenchDevice {
  const device = new BenchDevice(part, BENCH_MODEL, { memory: 'flash' });
  device.isPowered = true;
  device.call('booted', 1, 'power-on');
  device.isOnline = true;
  device.call('online', false);
  return device;
}

const sends = ({ deeds }: BenchDevice): number =>
  deeds.filter((deed) => deed.startsWith('send')).length;

it('asks again while nobody answers', () => {
  const device = connected();
  expect(sends(device)).toBe(1);
  device.pass(10_000);
  expect(sends(device)).toBe(4);
});

const isTold = (device: BenchDevice, values: object): void =>
  device.inbox({ stream: 'twin-delta', n: 0, values: { ...values } });

it.each([400, 401, 403, 413, 415])('is refused with %i, and asks no more', (status) => {
  const device = connected();
  isTold(device, { status, why: 'because' });
  device.pass(20_000);
  expect(sends(device)).toBe(1);
  expect(device.deeds).toContain('write twin/unheard status,why');
  // Whoever it connects to next may have been told otherwise.
  device.call('online', false);
  expect(sends(device)).toBe(2);
});

it.each([429, 500, 503])('is refused with %i, and asks again after a while', (status) => {
  const device = connected();
  isTold(device, { status, why: 'because' });
  device.pass(10_000);
  expect(sends(device)).toBe(4);
});

it.each<[string, (device: BenchDevice) => void]>([
  ['the run is over', (device) => Object.assign(device, { isStopped: true })],
  ['it is away', (device) => Object.assign(device, { isOnline: false })],
  [
    'it is answered',
    (device) =>
      device.inbox({ stream: 'twin-delta', n: 0, values: { version: 0, since: 0, desired: {} } }),
  ],
])('asks no more when %s', (_, happens) => {
  const device = connected();
  device.pass(4000);
  const before = sends(device);
  happens(device);
  device.pass(20_000);
  expect([before, sends(device)]).toEqual([2, 2]);
});

it('takes over what comes when the run is over, and says so', () => {
  const device = connected();
  device.isStopped = true;
  const values = { version: 3, since: 0, desired: { 'set-level': 7 } };
  device.inbox({ stream: 'twin-delta', n: 0, values });
  expect(sends(device)).toBe(2);
});
