/** How slowly: what takes so long at the rate takes so long, on each connection and each way. */
import { expect, it } from 'vitest';
import { variationsOf } from '../fault-duties.ts';
import { faulted } from '../testing/fault-cases.ts';
import bandwidth from './bandwidth.ts';

it('paces to what was asked for', async () => {
  for (const params of variationsOf(bandwidth)) {
    const { before, bench, plan, undo } = await faulted(bandwidth, params);
    const rate = Number(plan.proof.bytesPerSecond);
    const both = [before, bench.join(0)];
    const size = Math.min(2_000_000, rate * 2);
    for (const { client, server } of both) {
      client.end.write(Buffer.alloc(size));
      server.end.write(Buffer.alloc(size));
    }
    const arrived = (): number[] =>
      both.flatMap(({ client, server }) => [client.bytes.length, server.bytes.length]);
    const takesMs = (size / rate) * 1000;
    await bench.advance(takesMs * 0.9 - 2);
    expect(Math.max(...arrived())).toBeLessThan(size);
    await bench.advance(takesMs * 0.1 + 3);
    expect(Math.min(...arrived())).toBe(size);
    await undo();
  }
});

it('asks the probes to measure the rate that its proof promises', () => {
  expect(bandwidth.resolve({ rate: 2000 }).proof).toMatchObject({
    bytesPerSecond: 2000,
    measures: 'rate',
  });
});
