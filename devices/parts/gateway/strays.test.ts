/** Who is spoken for by mistake is the same in a process that knows no other row of the plan. */
import { expect, it } from 'vitest';
import { BENCH_MODEL, BenchDevice } from '../../duties/bench-device.ts';
import gateway from '../gateway.ts';

it('speaks for those whom its row names, in turn', () => {
  const told: unknown[] = [];
  class Device extends BenchDevice {
    override write(_: string, fields: object): void {
      told.push(fields);
    }
  }
  const device = new Device(gateway, BENCH_MODEL, { strays: 5000 });
  Object.assign(device.row, {
    strangers: [
      { device: 6, id: 'd', lane: 1 },
      { device: 7, id: 'e', lane: 1 },
    ],
  });
  device.call('begin');
  device.isPowered = true;
  device.pass(16_000);
  expect(told).toEqual([6, 7, 6].map((child, n) => ({ child, n })));
});

it('speaks for nobody where its row names none', () => {
  const device = new BenchDevice(gateway, BENCH_MODEL, { strays: 5000 });
  device.call('begin');
  device.isPowered = true;
  device.pass(16_000);
  expect(device.deeds).toEqual([]);
});
