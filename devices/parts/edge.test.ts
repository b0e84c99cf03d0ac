/** A loop takes settings from its own stream, and none that is older than one that it has. */
import { expect, it } from 'vitest';
import { BENCH_MODEL, BenchDevice } from '../duties/bench-device.ts';
import edge from './edge.ts';

class Device extends BenchDevice {
  readonly made: string[] = [];

  override write(op: string, fields: Readonly<Record<string, unknown>>): void {
    if (op === 'edge/set') this.made.push(`${fields.why} ${fields.settings}`);
  }

  told(stream: string, n: number, setpoint: number): void {
    this.call('inbox', { stream, n, values: { setpoint } });
  }
}

it('does not go back to a setting that was overtaken, and heeds no other stream', () => {
  const device = new Device(edge, BENCH_MODEL, {
    ...{ reads: 'level', switches: 'heat', way: 'heats', setpoint: 20, hysteresis: 1 },
    ...{ reaction: 500, stale: 5000, memory: 'flash' },
  });
  device.call('booted', 1, 'power-on');
  device.made.length = 0;
  device.told('edge-setting', 3, 25);
  device.told('edge-setting', 2, 15);
  device.told('command', 4, 10);
  expect(device.made).toHaveLength(1);
  expect(device.made[0]).toMatch(/^taken over .*25/);
  device.told('edge-setting', 4, 30);
  expect(device.made).toHaveLength(2);
});
