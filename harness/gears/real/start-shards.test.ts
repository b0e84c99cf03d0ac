/** Every shard writes the digest of the run's plan, and none of them has it made anew. */
import { expect, it } from 'vitest';
import type { RealRun } from './real-run.ts';
import type { ShardOrders } from './shard-process.ts';
import { startShards } from './start-shards.ts';

it('hands the digest of the plan on, and does not put the plan into words again', async () => {
  let worded = 0;
  const orders: ShardOrders[] = [];
  const call = async (_: string, given: ShardOrders) => void orders.push(given);
  const run = {
    plan: {
      devices: [],
      entries: [],
      target: { guarantees: {} },
      get scenario() {
        return worded++;
      },
    },
    request: { plugins: [], shards: 5, planSha256: 'digest' },
    control: { expect: async () => ({ call }) },
    processes: { start: () => {} },
    directory: { path: 'out', file: (name: string) => name },
  } as unknown as RealRun;
  const target = { address: { host: '127.0.0.1', port: 1883, tls: null } };
  const injector = {} as never;
  const links = { injector, proxy: null, hops: null, cohorts: new Map(), channels: new Map() };
  await startShards(run, target as never, { store: null, presence: null }, links);
  expect(orders.map(({ planSha256 }) => planSha256)).toEqual(Array(5).fill('digest'));
  expect(worded).toBe(0);
});
