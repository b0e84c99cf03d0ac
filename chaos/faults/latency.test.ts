/** How late: never sooner than the delay less its jitter, never later than the two together. */
import { expect, it } from 'vitest';
import { variationsOf } from '../fault-duties.ts';
import { faulted } from '../testing/fault-cases.ts';
import latency from './latency.ts';

it('delays by what was asked for', async () => {
  for (const params of variationsOf(latency)) {
    const [delayMs, jitterMs] = [Number(params.delay), Number(params.jitter)];
    const { before, bench, undo } = await faulted(latency, params);
    const both = [before, bench.join(0)];
    for (const { client, server } of both) {
      client.end.write('up');
      server.end.write('down');
    }
    const seen = (): unknown[] => both.map(({ client, server }) => [server.text, client.text]);
    const leastMs = Math.max(0, delayMs - jitterMs);
    await bench.advance(Math.max(0, leastMs - 1));
    if (leastMs > 0) expect(seen()).toEqual(both.map(() => ['', '']));
    await bench.advance(delayMs + jitterMs - leastMs + 2);
    expect(seen()).toEqual(both.map(() => ['up', 'down']));
    await undo();
  }
});
