/** What random histories (delivery.histories.ts) do not try. */
import { expect, it } from 'vitest';
import { NUMBERS_MAX } from '#kernel';
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

it('takes no room between numbers that a hostile ledger sets far apart', async () => {
  const numbers = [NUMBERS_MAX - 1, 40_000_000, 2 ** 20, 3];
  const before = process.memoryUsage().arrayBuffers;
  const oracle = foldHistory(await kindsOfFolder(), 'delivery', {
    plan: testPlan({ devices: 1, readings: 4 }),
    entries: numbers.flatMap((n, index) => {
      const message = { device: 0, stream: CODE.telemetry, n };
      return [
        entryOf(5 + index, 'sent', { ...message, hash: n, flags: 1 }),
        entryOf(6 + index, 'observed', { ...message, hash: n, flags: 1 }),
      ];
    }),
  }) as DeliveryOracle;
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
  const seen: number[] = [];
  oracle.each(({ n }) => seen.push(n));
  expect(seen).toEqual([0, 1, 2, 3, 2 ** 20, 40_000_000, NUMBERS_MAX - 1]);
  const sent: number[] = [];
  oracle.eachSent(0, CODE.telemetry, 0, (n) => sent.push(n));
  expect(sent).toEqual([3, 2 ** 20, 40_000_000, NUMBERS_MAX - 1]);
});
