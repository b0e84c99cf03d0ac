/** What a run is judged by here fires on what it is there for, and on nothing else. */
import { describe, expect, it } from 'vitest';
import { judgedDrawn } from './drawn.ts';
import { judgedHealthy } from './healthy.ts';
import { judgedMutant } from './mutants.ts';
import type { Outcome } from './run-scenario.ts';
import { smallest } from './smallest.ts';

const outcome = (of: Partial<Outcome>): Outcome => ({
  ...{ out: '', exit: 0, said: '', checkers: [], verdict: 'pass', fired: 0 },
  ...of,
});
const checker = (id: string, verdict: string, decided = 100) => ({
  ...{ id, verdict, decided, obligations: 100 },
});
const failed = outcome({ exit: 1, verdict: 'fail', checkers: [checker('in-order', 'fail')] });

describe('an honest run', () => {
  it('passes with nearly all of it decided', () => {
    const checkers = [checker('in-order', 'pass', 96), checker('blast-radius', 'pass')];
    expect(judgedHealthy(outcome({ checkers }), 'pass', 0.95)).toEqual({
      wrong: null,
      decided: 0.96,
    });
    const { wrong } = judgedHealthy(outcome({ checkers }), 'pass', 0.97);
    expect(wrong).toBe('only 96 % decided by in-order');
  });

  it('ends as its scenario is meant to', () => {
    expect(judgedHealthy(failed, 'fail', 0.95).wrong).toBeNull();
    expect(judgedHealthy(failed, 'pass', 0.95).wrong).toMatch(/fail instead of pass.*in-order/);
    expect(judgedHealthy(outcome({}), 'fail', 0.95).wrong).toMatch(/pass instead of fail/);
    const none = outcome({ exit: -1, verdict: null, said: 'killed' });
    expect(judgedHealthy(none, 'pass', 0.95).wrong).toMatch(/no verdict.*killed/);
  });
});

describe('a planted bug', () => {
  it('fires, and is caught by the checker that it names', () => {
    const caughtBy = 'in-order';
    expect(judgedMutant({ ...failed, fired: 3 }, { caughtBy }).wrong).toBeNull();
    expect(judgedMutant(failed, { caughtBy }).wrong).toMatch(/did not fire/);
    const escaped = judgedMutant(outcome({ fired: 3 }), { caughtBy });
    expect(escaped.wrong).toMatch(/caught by nobody and not by in-order/);
    const other = judgedMutant({ ...failed, fired: 3 }, { caughtBy: 'no-phantom' });
    expect(other.wrong).toMatch(/caught by in-order and not by no-phantom/);
  });

  it('that was drawn fails the run where it fired, and only there', () => {
    expect(judgedDrawn({ ...failed, fired: 3 }, 'bug').wrong).toBeNull();
    expect(judgedDrawn(outcome({}), 'bug').wrong).toBeNull();
    expect(judgedDrawn(outcome({ fired: 3 }), 'bug').wrong).toMatch(/fired 3 times.*exit 0/);
    expect(judgedDrawn(failed, 'bug').wrong).toMatch(/did not fire.*exit 1/);
  });
});

it('a list is cut down to what shows it', () => {
  const items = Array.from({ length: 57 }, (_, k) => k);
  const shows = (kept: readonly number[]): boolean => [3, 40, 41].every((k) => kept.includes(k));
  expect(smallest(items, shows)).toEqual([3, 40, 41]);
  expect(smallest(items, () => true)).toEqual([]);
  expect(smallest([1], (kept) => kept.length === 1)).toEqual([1]);
});
