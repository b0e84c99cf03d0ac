/** What excuses a target for what it did late, and what does not. */
import { expect, it } from 'vitest';
import { hindrancesIn } from './hindrances.ts';
import type { Timeline } from './timeline.ts';

const fault = (acts: string, inside?: object, injected = true) => ({
  ...{ from: 5, to: 9, injected },
  plan: { acts, ...(inside === undefined ? {} : { inside }) },
});
const found = (...faults: object[]) =>
  hindrancesIn({ downs: [{ from: 1, to: 2 }], stalls: [], faults } as unknown as Timeline);

it.each([
  [fault('target'), 2],
  [fault('inside', { still: true }), 2],
  [fault('inside', { full: true }), 2],
  [fault('inside', { commitMs: 50 }), 2],
  [fault('inside', { shut: true }), 1],
  [fault('inside', { payloadBytes: 100 }), 1],
  [fault('link'), 1],
  [fault('inside', { still: true }, false), 1],
])('of %j there are %d', (one, count) => expect(found(one)).toHaveLength(count));
