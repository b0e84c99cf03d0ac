/** What excuses a target for what it did late, by how much, and what does not. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { freeIn, hindrancesIn, slowedIn, slownessIn } from './hindrances.ts';
import type { Timeline } from './timeline.ts';

const fault = (acts: string, inside?: object, injected = true) => ({
  ...{ from: 5, to: 9, injected },
  plan: { acts, ...(inside === undefined ? {} : { inside }) },
});
const told = (...faults: object[]): Timeline =>
  ({ downs: [{ from: 1, to: 2 }], stalls: [], faults }) as unknown as Timeline;

/** Ten devices, a reading a second each. */
const planned = (queue?: number): Plan =>
  ({
    devices: Array.from({ length: 10 }, () => ({ entry: 0 })),
    entries: [{ everyMs: 1000 }],
    workflows: queue === undefined ? [] : [{ workflow: 'pressure', resolved: { queue } }],
  }) as unknown as Plan;

it.each([
  [fault('target'), 2],
  [fault('inside', { still: true }), 2],
  [fault('inside', { full: true }), 2],
  [fault('inside', { commitMs: 50 }), 1],
  [fault('inside', { shut: true }), 1],
  [fault('inside', { payloadBytes: 100 }), 1],
  [fault('link'), 1],
  [fault('inside', { still: true }, false), 1],
])('of %j there are %d', (one, count) => expect(hindrancesIn(told(one))).toHaveLength(count));

it.each([
  ['each commit', { commitMs: 50 }, undefined, 100_000],
  ['each write of each device', { commitMs: 50, writeMs: 10 }, undefined, 700_000],
  ['each write of each that may be there', { commitMs: 50, writeMs: 10 }, 20, 1_300_000],
  ['all of it, where it cannot keep up', { writeMs: 40 }, undefined, Number.POSITIVE_INFINITY],
  ['no more, where it lets only so many in', { writeMs: 40 }, 5, 1_200_000],
])('a slow disk allows for %s', (_, inside, queue, later) => {
  const slow = slownessIn(told(fault('inside', inside)), planned(queue));
  expect(slow).toEqual([{ from: 5, to: 9, later }]);
});

it('is not slow for what is due or done at another time', () => {
  const plan = planned();
  expect(slownessIn(told(fault('inside', { commitMs: 50 }, false)), plan)).toEqual([]);
  expect(slownessIn(told(fault('inside', { full: true })), plan)).toEqual([]);
  const slow = [{ from: 100, to: 200, later: 30 }];
  expect(slowedIn(slow, { from: 0, to: 100 })).toBe(0);
  expect(slowedIn(slow, { from: 200, to: 300 })).toBe(0);
  expect(slowedIn(slow, { from: 0, to: 300 })).toBe(30);
  // Over when the disk is well.
  expect(slowedIn(slow, { from: 190, to: 300 })).toBe(10);
  expect(slowedIn([...slow, { from: 150, to: 250, later: 5 }], { from: 0, to: 300 })).toBe(35);
});

it('leaves of a span what lies outside of all', () => {
  const span = { from: 100, to: 200 };
  expect(freeIn(span, [])).toBe(100);
  expect(freeIn(span, [{ from: 0, to: 50 }])).toBe(100);
  const away = { from: 190, to: Number.POSITIVE_INFINITY };
  expect(freeIn(span, [away, { from: 120, to: 140 }, { from: 0, to: 130 }])).toBe(50);
  expect(freeIn(span, [{ from: 0, to: 300 }])).toBe(0);
});
