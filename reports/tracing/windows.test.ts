/** Which readings were in the windows of an alarm, by the clock and by pauses. */
import { describe, expect, it } from 'vitest';
import type { Input } from '../hops/rules/alarms.ts';
import { byWindows } from '../hops/rules/windows.ts';

const inputs = (...times: (number | [at: number, received: number])[]): Input[] =>
  times.map((time, n) => {
    const [at, received] = typeof time === 'number' ? [time, time] : time;
    return { n, at, received } as Input;
  });
const rolesOf = (window: object, alarm: object, own: Input[], forMs = 0): string[] => {
  const whole = { rule: 'r', subject: 's', raised: 0, cleared: 0, ...alarm } as never;
  const { roles } = byWindows(whole, { forMs }, window as never, own);
  return roles.map(({ input, how }) => `${input.at} ${how}`);
};

describe('by the clock', () => {
  const window = { everyMs: 5000, overMs: 10_000, gapMs: 0, mostMs: 0, lateMs: 8000 };

  it('a window has its beginning and not its end, and not what came too late for it', () => {
    const own = inputs(4999, 5000, [6000, 22_999], [7000, 23_000], 14_999, 15_000);
    expect(rolesOf(window, { since: 5000, at: 15_000 }, own)).toEqual([
      '5000 was in the window that made it due',
      '6000 was in the window that made it due',
      '7000 came too late for the window that made it due',
      '14999 was in the window that made it due',
    ]);
  });

  it('a reading may have been in the windows before, and in the one that ended it', () => {
    const own = inputs(1000, 12_000);
    const alarm = { since: 0, at: 15_000, cleared: 20_000 };
    expect(rolesOf(window, alarm, own, 5000)).toEqual([
      '1000 was in a window of it',
      '12000 was in the window that made it due',
      '12000 was in a window of it',
      '12000 was in the window that ended it',
    ]);
  });
});

it('by pauses, a window begins after one, or where the one before was cut', () => {
  const window = { everyMs: 0, overMs: 0, gapMs: 5000, mostMs: 15_000, lateMs: 2000 };
  const own = inputs(3400, 5400, 9400, 19_400, 21_400, 23_400);
  const alarm = { since: 19_400, at: 19_400, cleared: 23_400 };
  expect(rolesOf(window, alarm, own)).toEqual([
    '19400 was in the window that made it due',
    '21400 was in the window that ended it',
    '23400 was in the window that ended it',
  ]);
  expect(rolesOf(window, { since: 5400, at: 9400 }, own)).toEqual([
    '5400 was in the window that made it due',
    '9400 was in the window that made it due',
  ]);
});
