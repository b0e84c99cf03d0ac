/** A difference says nothing of a signal that only one of its two ends has. */
import { expect, it } from 'vitest';
import { BENCH_MODEL, BenchDevice } from '../duties/bench-device.ts';
import delta from './delta.ts';
import telemetry from './telemetry.ts';

const [SAMPLED] = telemetry.streams ?? [];

it('goes whole where another signal was measured than in the sample that was acknowledged', () => {
  const device = new BenchDevice(delta, BENCH_MODEL, { steps: { level: 1 }, whole: 10 }, [
    SAMPLED as never,
  ]);
  const stream = 0;
  const said = (n: number, values: object): object =>
    device.call('rewords', { stream, n, values }) as object;
  device.isPowered = true;
  expect(said(0, { level: 4 })).toEqual({ whole: true, level: 4 });
  device.call('acked', stream, 0);
  expect(said(1, { level: 6 })).toEqual({ of: 0, by: { level: 2 } });
  expect(said(2, { level: 6, warmth: 3 })).toEqual({ whole: true, level: 6, warmth: 3 });
  device.call('acked', stream, 2);
  expect(said(3, { level: 6 })).toEqual({ whole: true, level: 6 });
});
