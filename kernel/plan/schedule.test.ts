/** Rounds over a whole fleet are asked for with every message: each answer must cost the same. */
import { expect, it } from 'vitest';
import { CODE, fiveStreams } from '../testing/streams.ts';
import type { Plan } from './plan.ts';
import { dueAt, plannedCount } from './schedule.ts';

/** How often a row of the rounds is looked at while all of them are asked for. */
function looksAt(count: number): number {
  let looks = 0;
  const rows = Array.from({ length: count }, (_, device) => ({ device, offsetMs: device % 100 }));
  const devices = new Proxy(rows, {
    get: (all, key) => {
      looks++;
      return Reflect.get(all, key);
    },
  });
  const streams = fiveStreams(true, { firstAt: 0, everyMs: 1000, qos: 1, devices });
  const plan = { streams, phases: [{ name: 'drain', from: 3000, to: 4000 }] } as unknown as Plan;
  const stream = streams.find(({ code }) => code === CODE.command);
  if (stream === undefined) throw new Error('there are commands');
  for (let device = 0; device < count; device++) {
    expect(plannedCount(plan, stream, device)).toBe(3);
    expect(dueAt(plan, stream, device, 1)).toBe(1000 + (device % 100));
  }
  return looks;
}

it('finds whom rounds go to by one walk over them, however many they are', () => {
  expect(looksAt(1000)).toBeGreaterThanOrEqual(1000);
  expect(looksAt(2000)).toBeLessThan(2.5 * looksAt(1000));
});
