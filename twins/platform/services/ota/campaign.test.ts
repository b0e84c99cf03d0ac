/** When a wave has passed, and when it can pass no more, to the device. */
import { expect, it } from 'vitest';
import { gateOf, hasTooManyUnwell } from './campaign.ts';

it('knows the bound of a gate to the device', () => {
  const spec = { success: 980_000 } as never;
  const of = (confirmed: number, failed: number, total: number) =>
    gateOf(spec, { confirmed, failed, total });
  expect([of(48, 0, 50), of(49, 0, 50), of(50, 0, 50)]).toEqual([null, true, true]);
  expect([of(0, 1, 50), of(0, 2, 50)]).toEqual([null, false]);
  expect(of(0, 0, 0)).toBe(true);
});

it('knows how many may be unwell to the device', () => {
  const of = (unwell: number | undefined, count: number): boolean =>
    hasTooManyUnwell({ unwell } as never, { unwell: count, total: 50 });
  expect([of(60_000, 2), of(60_000, 3), of(60_000, 4)]).toEqual([false, false, true]);
  expect([of(0, 0), of(0, 1), of(undefined, 50)]).toEqual([false, true, false]);
});
