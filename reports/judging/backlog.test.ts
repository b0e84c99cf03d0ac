/**
 * Where the worst planned backlog exceeds what the target queues, a burst may be dropped rightly:
 * what is missing of one is undecided, what is missing otherwise is lost, and the result says so.
 */
import { describe, expect, it } from 'vitest';
import noAckedLoss from '../checkers/no-acked-loss.ts';
import { about, faultPlan, healthy, type Story, TELEMETRY, tellFault } from '../testing/story.ts';

/** No store, and a fault on device 0 from 3 s to 4 s. Reading `n` of device 1 is never seen. */
function missing(n: number, backlogSafe: boolean): Story {
  const story = healthy({
    target: { keepsTelemetry: false, offers: ['retained'] },
    observers: { backlogSafe },
    faults: [faultPlan('f', { from: 3000, to: 4000 })],
  });
  tellFault(story, 'f');
  return story.drop(about('observed', 1, TELEMETRY, n));
}

const asked = (story: Story) => {
  const { findingCount, undecided } = story.ask(noAckedLoss);
  return { findingCount, undecided };
};
const LOST = { findingCount: 1, undecided: 0 };
const OPEN = { findingCount: 0, undecided: 1 };

describe('a message that is missing', () => {
  it('is lost, where every planned backlog fits into the queue', () => {
    expect(asked(missing(4, true))).toEqual(LOST);
  });

  it('may have been dropped in a burst, where one does not', () => {
    // Held back until 4 s, it comes in a burst for fifteen seconds.
    expect(asked(missing(4, false))).toEqual(OPEN);
    expect(asked(missing(17, false))).toEqual(OPEN);
  });

  it('is lost where there was no burst', () => {
    expect(asked(missing(18, false))).toEqual(LOST);
  });
});

it('the result says that bursts are undecided, where they are', () => {
  const says = (backlogSafe: boolean): boolean =>
    missing(4, backlogSafe)
      .judge([noAckedLoss])
      .biases.some((bias) => bias.includes('bursts are undecided'));
  expect([says(true), says(false)]).toEqual([false, true]);
});
