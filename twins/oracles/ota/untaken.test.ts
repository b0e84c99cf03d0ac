/** Since when a device could have taken what it was offered. */
import { expect, it } from 'vitest';
import { testPlan } from '../testing/plan.ts';
import type { FaultWindow, Span } from '../timeline.ts';
import type { Campaign } from './campaign.ts';
import { Idle, untakenIn } from './untaken.ts';

const plan = testPlan({ devices: 1, readings: 1 });
plan.phases = plan.phases.map((phase) => ({ ...phase, from: 1000, to: 1000 }));
type Step = [op: string, ms: number];
const UP: Step[] = [
  ['boot', 0],
  ['online', 500],
];
const OFFER = { device: 0, attempt: 1, at: 900 };

function untaken(
  steps: Step[],
  more: Partial<Campaign> = {},
  stalls: Span[] = [],
  faults: FaultWindow[] = [],
): number[] {
  const idle = new Idle(plan, stalls);
  for (const [op, ms] of steps) idle.step(op, 0, ms * 1000);
  const campaign = {
    ...{ plan: { name: 'spring' }, offers: [OFFER], settled: [], began: [] },
    ...{ takenFrom: 0, takenBy: 0, begunAt: null, ...more },
  } as unknown as Campaign;
  return untakenIn(campaign, plan, idle, { downs: [], faults }).map(({ t }) => t / 1000);
}

it('counts from when all was calm, or it was offered, or its device was back and free', () => {
  const readAt = (ms: number): Step => ['ota/read', ms];
  expect(untaken([...UP, readAt(10_999)])).toEqual([]);
  expect(untaken([...UP, readAt(11_000)])).toEqual([11_000]);
  const later = { offers: [{ ...OFFER, at: 3000 }] };
  expect(untaken([...UP, readAt(12_999)], later)).toEqual([]);
  expect(untaken([...UP, readAt(13_000)], later)).toEqual([13_000]);
  const events: Step[] = [
    ['online', 2000],
    ['boot', 2000],
    ['ota/ended', 2000],
  ];
  for (const event of events) {
    expect(untaken([...UP, event, readAt(11_999)])).toEqual([]);
    expect(untaken([...UP, event, readAt(12_000)])).toEqual([12_000]);
  }
});

it('counts from when it was offered at the latest, where its begin was answered late', () => {
  const slow = { offers: [{ ...OFFER, at: 3000 }], begunAt: 0, takenBy: 4_000_000 };
  expect(untaken([...UP, ['ota/read', 16_999]], slow)).toEqual([]);
  expect(untaken([...UP, ['ota/read', 17_000]], slow)).toEqual([17_000]);
});

it('does not count when we stood still', () => {
  const steps: Step[] = [...UP, ['ota/read', 12_000]];
  expect(untaken(steps, {}, [{ from: 0, to: 2_000_001 }])).toEqual([]);
  expect(untaken(steps, {}, [{ from: 0, to: 2_000_000 }])).toEqual([12_000]);
});

it('asks for nobody whose radio may stand still, who is carried, or who asks itself', () => {
  const steps: Step[] = [...UP, ['ota/read', 60_000]];
  const [entry] = plan.entries;
  if (entry === undefined) throw new Error('it has an entry');
  const { health, parts } = entry;
  entry.health = 'real';
  expect(untaken(steps)).toEqual([]);
  entry.health = health;
  entry.parts = [{ kind: 'ota', params: { road: 'ddi' } }] as typeof parts;
  expect(untaken(steps)).toEqual([]);
  entry.parts = parts;
  expect(untaken(steps)).toEqual([60_000]);
});

it.each(['offline', 'off', 'ota/bricked', 'ota/began'])('does not ask after %s', (op) => {
  expect(untaken([...UP, [op, 2000], ['ota/read', 60_000]])).toEqual([]);
});

it('asks why one is given up that could have taken it', () => {
  const steps: Step[] = [...UP, ['ota/read', 60_000]];
  const upAt = (at: number) => ({ settled: [{ ...OFFER, status: 'timed-out', at }] });
  expect(untaken(steps, upAt(5899))).toEqual([]);
  expect(untaken(steps, upAt(5900))).toEqual([5900]);
  // It was away meanwhile, or a fault may have been felt.
  const away: Step[] = [...UP, ['offline', 3000], ['online', 3100], ['ota/read', 60_000]];
  expect(untaken(away, upAt(8099))).toEqual([]);
  expect(untaken(away, upAt(8100))).toEqual([8100]);
  const fault = (from: number, to: number) => [{ from, to } as FaultWindow];
  const later = { offers: [{ ...OFFER, at: 20_000 }], ...upAt(26_000) };
  expect(untaken(steps, later, [], fault(0, 10_000_000))).toEqual([26_000]);
  expect(untaken(steps, later, [], fault(0, 10_000_001))).toEqual([]);
  expect(untaken(steps, later, [], fault(25_999_999, 30_000_000))).toEqual([]);
  expect(untaken(steps, later, [{ from: 21_000_000, to: 22_000_001 }])).toEqual([]);
});

it('asks for what neither began nor ended, of devices that were read', () => {
  expect(untaken(UP)).toEqual([]);
  const steps: Step[] = [...UP, ['ota/read', 60_000]];
  expect(untaken(steps, { settled: [{ ...OFFER, status: 'failed' }] })).toEqual([]);
  const began = { device: 0, attempt: 1, t: 1, shownAt: null };
  expect(untaken(steps, { began: [began] })).toEqual([]);
  expect(untaken(steps, { began: [{ ...began, attempt: 2 }] })).toEqual([60_000]);
});
