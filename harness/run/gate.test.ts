/** The gate opens for a fleet that stands, and says what it saw. */
import { expect, it } from 'vitest';
import { Tally, type TallySnapshot } from '../fleet/tally.ts';
import { judgeGate } from './gate.ts';

const plan = {
  devices: Array.from({ length: 10 }, () => ({})),
  gate: { at: 0, connectedShare: 0.9, deliveredShare: 0.8 },
} as unknown as Parameters<typeof judgeGate>[0];

const counts = (some: Partial<TallySnapshot>): TallySnapshot => ({
  ...new Tally(10).snapshot(),
  ...some,
});

it.each([
  ['enough of both', { connected: 9, acked: 10, observed: 8 }, true],
  [
    'who sleeps by its plan is not missing',
    { connected: 5, asleep: 4, acked: 10, observed: 8 },
    true,
  ],
  ['too few connected', { connected: 8, acked: 10, observed: 10 }, false],
  ['too little delivered', { connected: 10, acked: 10, observed: 7 }, false],
  ['at QoS 0 what was sent is asked for', { connected: 10, sent: 10, observed: 8 }, true],
  ['nothing sent', { connected: 10 }, false],
])('%s', (_, some, open) => {
  expect(judgeGate(plan, counts(some)).open).toBe(open);
});

it('counts connections: who is carried has none', () => {
  const carried = (device: number) => ({ id: `${device}`, lane: 0, via: device < 5 ? 9 : null });
  const devices = Array.from({ length: 10 }, (_, device) => carried(device));
  const half = { ...plan, devices } as unknown as typeof plan;
  const arrived = { acked: 10, observed: 10 };
  expect(judgeGate(half, counts({ connected: 5, ...arrived })).open).toBe(true);
  expect(judgeGate(half, counts({ connected: 4, ...arrived })).open).toBe(false);
});

it('asks for what was sent at QoS 0 beside what was acknowledged', () => {
  const mixed = { connected: 10, acked: 10, unasked: 10 };
  expect(judgeGate(plan, counts({ ...mixed, observed: 10 })).text).toContain('delivered 50 %');
  // Wills come by, and nobody sent them.
  expect(judgeGate(plan, counts({ ...mixed, observed: 23 })).text).toContain('delivered 100 %');
});

it('leaves out what nobody watches, at any QoS', () => {
  const posted = { connected: 10, acked: 6, unasked: 4, unwatched: 10 };
  expect(judgeGate(plan, counts(posted)).text).toContain('delivered 100 %');
  const mixed = { ...posted, acked: 16, observed: 5 };
  expect(judgeGate(plan, counts(mixed)).text).toContain('delivered 50 %');
});

it('says what was found and what was asked for', () => {
  const { text } = judgeGate(plan, counts({ connected: 4, acked: 3, observed: 1 }));
  expect(text).toBe('connected 40 % of 90 %, delivered 33.3 % of 80 %');
});
