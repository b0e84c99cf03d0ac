/** Each of the four things that make a herd is seen by itself, and what is near it is not one. */
import { describe, expect, it } from 'vitest';
import { readParams } from '#kernel';
import { faultPlan, healthy, type Setting, type Story, tellFault } from '../testing/story.ts';
import herd from './herd.ts';

const DEVICES = 40;
const OUT = faultPlan('out', {
  fault: 'outage',
  proof: { kind: 'refused' },
  down: true,
  devices: Array.from({ length: DEVICES }, (_, device) => device),
});

/**
 * Thrown off at 7.01 s. `delaysOf` gives what a device waits before each attempt, in shares of the
 * bound that its back-off sets: half of it in the mean is what the policy implies.
 */
function thrownOff(
  delaysOf: (unit: number) => number[],
  { backoff = {}, budget = 10_000, ...over }: Setting & { backoff?: object; budget?: number } = {},
): Story {
  const policy = { baseMs: 400, capMs: 3200, jitter: 'full', ...backoff } as const;
  const setting: Setting = {
    devices: DEVICES,
    entry: { backoff: policy },
    faults: [OUT],
    expect: [{ checker: 'herd', params: { budget } }],
    ...over,
  };
  const story = healthy(setting);
  tellFault(story, 'out');
  for (let device = 0; device < DEVICES; device++) {
    story.add('offline', 7010, { device, why: 'closed' });
    let t = 7010;
    const delays = delaysOf((device + 0.5) / DEVICES);
    delays.forEach((share, failures) => {
      t += share * Math.min(policy.capMs, policy.baseMs * 2 ** failures);
      story.add('connect', t, { device, attempt: failures });
      if (failures < delays.length - 1) {
        story.add('connect-failed', t, { device, why: 'refused' });
      } else story.add('online', t, { device, present: false });
    });
  }
  return story;
}

const asked = (story: Story) => {
  const { verdict, findings } = story.ask(herd);
  return [verdict, ...findings.map(({ message }) => message)];
};
const found = (...messages: RegExp[]) => [
  'fail',
  ...messages.map((one) => expect.stringMatching(one)),
];

describe('a herd', () => {
  it('is not one that waits as its policy says', () => {
    expect(asked(thrownOff((unit) => [unit, unit, unit, unit]))).toEqual(['pass']);
  });

  it('is one whose delays do not grow, though they are spread and not short', () => {
    expect(asked(thrownOff((unit) => [unit, unit / 2, unit / 4, unit / 8]))).toEqual(
      found(/^after 2 failures devices of pumps waited 200 ms on average; .* about 800 ms$/),
    );
  });

  it('is not one yet whose delays are half of what is implied', () => {
    expect(asked(thrownOff((unit) => [unit / 2, unit / 2]))).toEqual(['pass']);
    expect(asked(thrownOff((unit) => [unit / 3, unit / 3]))).toEqual(
      found(
        /^after 0 failures devices of pumps waited 66\.667 ms|^after 0 failures .* waited 67 ms/,
      ),
    );
  });

  it('is not one that has come to the cap of its policy', () => {
    const backoff = { capMs: 400 };
    expect(asked(thrownOff((unit) => [unit, unit, unit, unit], { backoff }))).toEqual(['pass']);
  });

  it('is one that comes in step', () => {
    expect(asked(thrownOff(() => [0.5, 0.5]))).toEqual(
      found(/^after 0 failures all devices .* in step$/),
    );
    expect(asked(thrownOff((unit) => [0.8 + unit / 5, 0.9]))).toEqual(found(/come back in step$/));
    expect(asked(thrownOff((unit) => [0.2 + unit * 0.6]))).toEqual(['pass']);
  });

  it('is one in which a third does not wait at all', () => {
    const hasty = (share: number) => (unit: number) => [unit < share ? 0 : unit];
    expect(asked(thrownOff(hasty(0.33)))).toEqual(found(/^13 of 40 retries came within 20 ms/));
    expect(asked(thrownOff(hasty(0.15)))).toEqual(['pass']);
  });

  it('is not one whose policy begins with waits as short as that', () => {
    const backoff = { baseMs: 16 };
    expect(asked(thrownOff((unit) => [unit, unit, unit], { backoff }))).toEqual(['pass']);
  });

  it('is one with more attempts in a second than the budget', () => {
    const spread = (unit: number): number[] => [0.2 + 0.8 * unit];
    expect(asked(thrownOff(spread, { budget: 40 }))).toEqual(['pass']);
    expect(asked(thrownOff(spread, { budget: 39 }))).toEqual(
      found(/^40 connect attempts in the second from 7\.0 s, the budget is 39$/),
    );
  });

  it('is told of its busiest second, and of several the first', () => {
    /** A part of the devices, in a lane of its own, retries so many seconds after 7.01 s. */
    const toldOf = (...seconds: number[]): string[] => {
      const part = (unit: number): number => Math.floor(unit * seconds.length);
      const delays = (unit: number): number[] => [(seconds[part(unit)] ?? 0) + unit / 4];
      const backoff = { baseMs: 1000, capMs: 1000 };
      const lanes = Array.from({ length: DEVICES }, (_, device) => part(device / DEVICES));
      return asked(thrownOff(delays, { backoff, budget: 1, lanes })).slice(1);
    };
    const second = (words: string) => [expect.stringMatching(new RegExp(`^${words}, the budget`))];
    expect(toldOf(2, 0)).toEqual(second('20 connect attempts in the second from 7\\.0 s'));
    expect(toldOf(0, 2, 2, 2)).toEqual(second('30 connect attempts in the second from 9\\.0 s'));
    expect(toldOf(2, 2, 2, 0)).toEqual(second('30 connect attempts in the second from 9\\.0 s'));
  });

  it('is not one that is large, where nobody says a budget', () => {
    const unbound = [{ checker: 'herd', params: {} }];
    expect(asked(thrownOff((unit) => [unit], { expect: unbound }))).toEqual(['pass']);
  });

  it('may be held to a budget of one attempt a second, and to no less', () => {
    expect(readParams(herd.params, { budget: 1 }).flaws).toEqual([]);
    expect(readParams(herd.params, { budget: 0.9 }).flaws).not.toEqual([]);
  });

  it('is not one that left by itself, or before anything was broken', () => {
    const story = thrownOff((unit) => [unit]);
    for (let device = 0; device < DEVICES; device++) {
      for (const [t, why] of [
        [3000, 'closed'],
        [14_000, 'planned: sleep'],
        [15_000, 'power-cut'],
      ] as const) {
        story.add('offline', t, { device, why }).add('connect', t + 1, { device, attempt: 0 });
        story.add('online', t + 2, { device, present: true });
      }
    }
    expect(asked(story)).toEqual(['pass']);
    expect(story.ask(herd).obligations).toBe(DEVICES);
  });
});
