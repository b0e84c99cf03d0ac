/** A plan intends no message that the judge would have no row for. */
import { expect, it } from 'vitest';
import { layStreams, NUMBERS_MAX, type Plan } from '#kernel';
import { numberProblems } from './bounds.ts';

const planUntil = (ms: number): Plan =>
  ({
    phases: [{ name: 'drain', from: ms, to: ms }],
    entries: [{ everyMs: 10 }],
    devices: [{ id: 'd/1', entry: 0, firstAt: 0 }],
    streams: layStreams([{ name: 'telemetry', way: 'up', schedule: { by: 'sampling' } }], true),
  }) as unknown as Plan;

it('a stream is as long as its numbers go, and no longer', () => {
  expect(numberProblems(planUntil(10 * NUMBERS_MAX))).toEqual([]);
  expect(numberProblems(planUntil(10 * NUMBERS_MAX + 1))).toEqual([
    {
      code: 'too-many-messages',
      path: 'fleet',
      message: '67108865 of telemetry for d/1 are more than one stream may have (67108864)',
      hint: 'lengthen `every` or shorten `time`',
    },
  ]);
});
