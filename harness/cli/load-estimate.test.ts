/** The worst moment decides, and what does not fit is told with what would. */
import { expect, it } from 'vitest';
import { faultPlan, Story } from '../../reports/testing/story.ts';
import {
  estimateLines,
  estimateOf,
  type Load,
  loadsOf,
  rounded,
  usualLoads,
} from './load-estimate.ts';

const MACHINE = { messageUs: 100, connectUs: 700, messages: 1000, connects: 500 };
const load = (messages: number, connects = 0, when = 'now'): Load => ({ messages, connects, when });

it('sums messages, which cost twice in a run, and connections', () => {
  const { cores, isTooMuch } = estimateOf([load(1000, 100)], 10, 2, MACHINE);
  expect(cores).toBeCloseTo(0.27, 10);
  expect(isTooMuch).toBe(false);
});

it('takes the worst moment, and says what would fit in four fifths of the cores', () => {
  const loads = [load(100, 0, 'calm'), load(10_000, 2000, 'storm'), load(500, 0, 'calm again')];
  const estimate = estimateOf(loads, 5000, 2, MACHINE);
  expect(estimate).toMatchObject({ when: 'storm', isTooMuch: true });
  expect(estimate.cores).toBeCloseTo(3.4, 10);
  expect(estimate.fits).toBe(2352);
  const [first, second] = estimateLines(estimate, 2, MACHINE);
  expect(first).toBe('needs about 3.4 of 2 cores storm: too much; 2300 devices would fit');
  expect(second).toContain('10000 messages and 2000 connections a second');
  expect(second).toContain('100 µs');
});

it('knows the warm-up, the steady life, and the way back from what keeps devices away', () => {
  const faults = [faultPlan('gone', { from: 7000, to: 9000, devices: [0, 1] }), faultPlan('slow')];
  const { plan } = new Story({
    faults,
    entry: { backoff: { baseMs: 1, capMs: 4000, jitter: 'full' } },
  });
  const bounds = { durationMs: 1, messages: 200, devices: 4 };
  const loads = loadsOf({ ...plan, bounds }, ({ id }) => id === 'gone');
  expect(loads.map(({ when }) => when)).toEqual([
    'while the fleet lives',
    'while the fleet comes up',
    'when it comes back after gone',
  ]);
  // 200 messages of four devices in the 20 s before the drain, which come up in two seconds.
  expect(loads[0]).toMatchObject({ messages: 10, connects: 0 });
  expect(loads[1]).toMatchObject({ messages: 10, connects: 2 });
  // Two of them, with ten messages from two seconds, come back within four.
  expect(loads[2]).toMatchObject({ messages: 12.5, connects: 0.5 });
});

it('knows the way back of the largest fleet', () => {
  const devices = Array.from({ length: 200_000 }, (_, device) => device);
  const { plan } = new Story({ faults: [faultPlan('gone', { from: 7000, to: 9000, devices })] });
  expect(loadsOf(plan, () => true).at(-1)?.connects).toBe(10_000);
});

it('does not call thousands of devices possible that this machine cannot serve', () => {
  const slow = { ...MACHINE, messageUs: 150, connectUs: 900 };
  expect(estimateOf(usualLoads(5000), 5000, 2, slow).isTooMuch).toBe(true);
  expect(estimateOf(usualLoads(500), 500, 2, slow).isTooMuch).toBe(false);
});

it.each([
  [0.4, 0],
  [7.9, 7],
  [2352, 2300],
])('%d is told as %d', (count, told) => expect(rounded(count)).toBe(told));
