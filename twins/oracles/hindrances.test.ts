/** What excuses a target for what it did late, by how much, and what does not. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { freeIn, hindrancesIn, overdueBy, slowedIn, slownessIn } from './hindrances.ts';
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

const ours = (from: number, to: number) => ({ from, to, isOurs: true });
const away = (from: number, to: number) => ({ from, to, isOurs: false });

/** It was due at 1000, and may take 300. */
it.each<[string, number, ReturnType<typeof ours>[], number]>([
  ['at the last moment', 1300, [], 0],
  ['too late', 1301, [], 1],
  ['while we stood still', 1350, [ours(1200, 1250)], 0],
  ['long after we stood still', 9000, [ours(1200, 1250)], 7650],
  ['just after we stood still, long after it was late', 9000, [ours(8900, 8990)], 7610],
  ['in its time anew, from when it is back', 2500, [away(900, 2200)], 0],
  ['after its time anew', 2501, [away(900, 2200)], 1],
  ['in its time anew, when it was away once more', 3300, [away(900, 2200), away(2400, 3000)], 0],
  ['while it is away', 2500, [away(1300, 9000)], -300],
  ['when it was away, but late already', 2500, [away(1400, 2400)], 200],
  [
    'when we stood still, and it was away in time for that',
    3300,
    [ours(1100, 1500), away(1700, 3000)],
    0,
  ],
  ['while it never comes back', 9000, [away(1100, Number.POSITIVE_INFINITY)], -300],
])('what comes %s', (_, done, pauses, over) => {
  expect(overdueBy({ from: 1000, to: done }, 300, { pauses, slow: [] })).toBe(over);
});

it('may be later by a slow disk, from where its time begins', () => {
  const slow = [{ from: 0, to: 9000, later: 50 }];
  expect(overdueBy({ from: 1000, to: 1350 }, 300, { pauses: [], slow })).toBe(0);
  const pauses = [away(1340, 2000)];
  expect(overdueBy({ from: 1000, to: 2351 }, 300, { pauses, slow })).toBe(1);
});
