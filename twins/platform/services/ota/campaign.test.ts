/** When a wave has passed, and when it can pass no more, to the device. */
import { expect, it } from 'vitest';
import { gateOf } from './campaign.ts';

it('knows the bound of a gate to the device', () => {
  const spec = { success: 980_000 } as never;
  const of = (confirmed: number, failed: number, total: number) =>
    gateOf(spec, { confirmed, failed, total });
  expect([of(48, 0, 50), of(49, 0, 50), of(50, 0, 50)]).toEqual([null, true, true]);
  expect([of(0, 1, 50), of(0, 2, 50)]).toEqual([null, false]);
  expect(of(0, 0, 0)).toBe(true);
});
