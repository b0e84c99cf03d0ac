/** Nobody is told of a promise that a run cannot keep or break. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { type About, hasWorkOf } from './work-of.ts';

const plan = {
  workflows: [{ workflow: 'twin' }],
  faults: [{ tie: { state: 'power.on', forMs: 1, ends: true } }],
  entries: [{ parts: [{ kind: 'gateway' }] }, { parts: [], fallBack: { afterMs: 1, holdMs: 1 } }],
  streams: [{ expiryS: 2 }],
} as unknown as Plan;

it.each<[About, boolean]>([
  [{}, true],
  [{ workflow: 'twin' }, true],
  [{ workflow: 'commands' }, false],
  [{ part: 'gateway' }, true],
  [{ part: 'twin' }, false],
  [{ entry: 'fallBack' }, true],
  [{ entry: 'carries' }, false],
  [{ fault: 'tie' }, true],
  [{ fault: 'bus' }, false],
  [{ stream: 'expiryS' }, true],
  [{ stream: 'asksReply' }, false],
  [{ part: 'gateway', entry: 'carries' }, false],
  [{ part: 'gateway', workflow: 'commands' }, false],
])('of %j there is: %s', (about, is) => {
  expect(hasWorkOf(about, plan)).toBe(is);
});
