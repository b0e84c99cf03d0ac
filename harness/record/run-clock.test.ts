import { describe, expect, it, vi } from 'vitest';
import { monotonicMs, RunClock } from './run-clock.ts';

describe('the clock of a run', () => {
  it('stands at zero until the run starts', () => {
    let reading = 5000;
    const clock = new RunClock(() => reading);
    reading += 700;
    expect(clock.now()).toBe(0);
  });

  it('counts from the instant everybody was told', () => {
    let reading = 5000;
    const clock = new RunClock(() => reading);
    clock.start(4000);
    expect(clock.now()).toBe(1000);
    reading += 250;
    expect(clock.now()).toBe(1250);
  });

  it('never runs backwards through zero while the instant still lies ahead', () => {
    let reading = 5000;
    const clock = new RunClock(() => reading);
    clock.start(5100);
    expect(clock.now()).toBe(0);
    reading = 5101;
    expect(clock.now()).toBe(1);
  });

  it('calls back once, and not at all when told to leave it', () => {
    vi.useFakeTimers();
    try {
      const clock = new RunClock(() => 0);
      const calls: string[] = [];
      clock.after(10, () => calls.push('kept'));
      const cancel = clock.after(10, () => calls.push('left'));
      cancel();
      vi.advanceTimersByTime(100);
      expect(calls).toEqual(['kept']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('reads a clock that only goes forward, finer than a millisecond', () => {
    const readings = Array.from({ length: 1000 }, monotonicMs);
    expect(readings).toEqual([...readings].sort((a, b) => a - b));
    expect(readings.some((reading) => !Number.isInteger(reading))).toBe(true);
  });
});
