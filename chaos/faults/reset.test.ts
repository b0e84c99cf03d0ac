/** How it ends: both sides are told of a reset, which is another thing than a goodbye. */
import { expect, it } from 'vitest';
import { variationsOf } from '../fault-duties.ts';
import { faulted } from '../testing/fault-cases.ts';
import reset from './reset.ts';

const HOUR_MS = 3_600_000;

it('resets both sides at their first data', async () => {
  for (const params of variationsOf(reset)) {
    const { before, bench, undo } = await faulted(reset, params);
    const both = [before, bench.join(0)];
    for (const { client } of both) client.end.write('up');
    await bench.advance(HOUR_MS);
    const states = both.flatMap(({ client, server }) => [client.state, server.state]);
    expect(states).toEqual(both.flatMap(() => ['ECONNRESET', 'ECONNRESET']));
    await undo();
  }
});
