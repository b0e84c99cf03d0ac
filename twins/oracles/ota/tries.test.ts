/** Who waits for a further offer, and who does not any more. */
import { expect, it } from 'vitest';
import type { FaultWindow } from '../timeline.ts';
import { type Campaign, tryOf } from './campaign.ts';
import type { Stood } from './hindered.ts';
import { retryFlaws } from './tries.ts';

const MS = 1000;
const TRIED = { device: 0, attempt: 1, at: 2000, status: 'failed' };
const CALM: Stood = { downs: [], stalls: [], faults: [] };

/** One of three tries has failed by 2 s, and all is read back at 60 s. */
function waits(more: Partial<Campaign> = {}, plan: object = {}, stood: Partial<Stood> = {}) {
  const campaign = {
    ...{ plan: { name: 'spring', tries: 3, ...plan }, waves: new Map([[0, 0]]), gates: [] },
    ...{ offers: [{ ...TRIED, at: 1000 }], settled: [TRIED], moves: [], rejected: new Set() },
    ...{ takenFrom: 0, takenBy: 0, begunAt: 0, readAt: 60_000 * MS, read: new Map([[0, 1]]) },
    ...more,
  } as unknown as Campaign;
  return retryFlaws(campaign, { ...CALM, ...stood }).map(({ t, what }) => [t / MS, what]);
}
const isWaiting = (...about: Parameters<typeof waits>): boolean => waits(...about).length > 0;

it('waits from when it failed, as long as there are tries and its device does not have it', () => {
  expect(waits()).toEqual([
    [2000, 'waits for spring again, and could have had it: attempt 1 of 3 was failed'],
  ]);
  expect(isWaiting({}, { tries: 1 })).toBe(false);
  expect(isWaiting({ settled: [] })).toBe(false);
  expect(isWaiting({ offers: [] })).toBe(false);
  expect(isWaiting({ read: new Map() })).toBe(false);
  for (const status of ['confirmed', 'aborted']) {
    const last = { ...TRIED, attempt: 2, status };
    expect(isWaiting({ settled: [{ ...TRIED, status }] }), status).toBe(false);
    expect(isWaiting({ settled: [TRIED, last] }), status).toBe(false);
  }
  for (const status of ['rolled-back', 'timed-out']) {
    expect(isWaiting({ settled: [{ ...TRIED, status }] }), status).toBe(true);
  }
});

it('is asked again whoever was not heard to reject it', () => {
  const rejected = new Set([tryOf(0, 1)]);
  expect(isWaiting({ rejected })).toBe(false);
  expect(isWaiting({ rejected: new Set([tryOf(0, 2)]) })).toBe(true);
  expect(isWaiting({ rejected, settled: [{ ...TRIED, status: 'timed-out' }] })).toBe(true);
});

it('waits for its turn, and for as long as nobody is offered anything', () => {
  const late = {
    offers: [
      { ...TRIED, at: 1000 },
      { ...TRIED, device: 1, at: 58_000 },
    ],
  };
  expect(isWaiting(late)).toBe(true);
  // One in a second; a timer may be as late.
  expect(isWaiting(late, { rate: 60 })).toBe(false);
  expect(isWaiting({}, { window: { from: 0, to: 3001 } })).toBe(true);
  expect(isWaiting({}, { window: { from: 0, to: 3000 } })).toBe(false);
  expect(isWaiting({}, { window: { from: 59_000, to: 90_000 } })).toBe(false);
  const [pause, resume, abort] = ['pause', 'resume', 'abort'].map((move) => ({ move }));
  expect(isWaiting({ moves: [{ ...pause, at: 1900 }] as never })).toBe(false);
  const moves = [
    { ...pause, at: 1900 },
    { ...resume, at: 58_000 },
  ] as never;
  expect(isWaiting({ moves })).toBe(true);
  expect(isWaiting({ moves: [{ ...abort, at: 2900 }] as never })).toBe(false);
  expect(isWaiting({ gates: [{ passed: false, at: 2900 }] as never })).toBe(false);
  expect(isWaiting({ readAt: 3000 * MS })).toBe(false);
});

it('is not held against a target that was away, or as long as it was', () => {
  const STOOD = { process: 'fleet', outside: false };
  const span = (from: number, to: number) => ({ from: from * MS, to: to * MS });
  expect(isWaiting({}, {}, { downs: [span(1000, 59_000)] })).toBe(false);
  expect(isWaiting({}, {}, { stalls: [{ ...span(1000, 59_000), ...STOOD }] })).toBe(false);
  expect(isWaiting({}, {}, { downs: [span(2500, 3500)] })).toBe(true);
  expect(isWaiting({}, {}, { downs: [span(4000, 59_000)] })).toBe(true);
  // One kill after the other.
  expect(isWaiting({}, {}, { downs: [span(1000, 3000), span(3900, 59_000)] })).toBe(false);
  const fault = (acts: string) => [{ ...span(1000, 59_000), plan: { acts } } as FaultWindow];
  expect(isWaiting({}, {}, { faults: fault('target') })).toBe(false);
  expect(isWaiting({}, {}, { faults: fault('link') })).toBe(true);
});
