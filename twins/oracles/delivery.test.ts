/** What random histories (delivery.histories.ts) do not try. */
import { expect, it } from 'vitest';
import { entryOf } from '../../kernel/testing/fields.ts';
import { CODE } from '../../kernel/testing/streams.ts';
import type { DeliveryOracle } from './delivery.ts';
import { foldHistory } from './testing/fold-history.ts';
import { kindsOfFolder } from './testing/kinds.ts';
import { testPlan } from './testing/plan.ts';

it('does not allocate for a number that no honest stream reaches', async () => {
  const message = { device: 0, stream: CODE.telemetry, n: 4_000_000_000 };
  const oracle = foldHistory(await kindsOfFolder(), 'delivery', {
    plan: testPlan({ devices: 1, readings: 4 }),
    entries: [entryOf(5, 'observed', { ...message, hash: 1, flags: 1 })],
  }) as DeliveryOracle;
  let count = 0;
  oracle.each(() => count++);
  expect(count).toBe(4);
});
