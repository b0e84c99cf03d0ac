/** Only a look that its shard began and ended, and that saw all of it, says what was missing. */
import { describe, expect, it } from 'vitest';
import type { LedgerEntryOf } from '#kernel';
import { entryOf } from '../../kernel/testing/fields.ts';
import { Looks } from './looks.ts';
import { testPlan } from './testing/plan.ts';

/** The first look is at lanes 3 and 5, the second at lane 3. */
function laneLooks(): Looks {
  const plan = testPlan({ devices: 1, readings: 1 });
  const looks = [
    { at: 1, lanes: [3, 5] },
    { at: 2, lanes: [3] },
  ];
  return new Looks({ ...plan, observers: { ...plan.observers, looks } as never });
}

const begins = (t: number, look: number): LedgerEntryOf<'look'> =>
  entryOf(t, 'look', { look, begins: true });

const ends = (t: number, look: number, complete = true): LedgerEntryOf<'look'> =>
  entryOf(t, 'look', { look, complete });

describe('a look in the midst of a run', () => {
  it('is of the lanes that it was to look at and that its shard has, from begin to end', () => {
    const looks = laneLooks();
    for (const entry of [begins(10, 0), begins(15, 1), ends(20, 0), ends(40, 1)]) {
      looks.step(entry, [2, 3]);
    }
    expect(looks.of(3)).toEqual([
      { look: 0, from: 10, to: 20 },
      { look: 1, from: 15, to: 40 },
    ]);
    expect([looks.of(2), looks.of(5)]).toEqual([[], []]);
  });

  it('tells nothing when it did not see all, or nobody began it', () => {
    const looks = laneLooks();
    for (const entry of [begins(10, 0), ends(20, 0, false), ends(30, 0), ends(40, 1)]) {
      looks.step(entry, [3]);
    }
    expect(looks.of(3)).toEqual([]);
  });

  it('is not ended by another shard', () => {
    const looks = laneLooks();
    looks.step(begins(10, 0), [3]);
    looks.close();
    looks.step(ends(20, 0), [5]);
    expect([looks.of(3), looks.of(5)]).toEqual([[], []]);
  });

  it('is nothing where the plan knows of no look', () => {
    const looks = new Looks(testPlan({ devices: 1, readings: 1 }));
    looks.step(begins(10, 0), [0]);
    looks.step(ends(20, 0), [0]);
    expect(looks.of(0)).toEqual([]);
  });
});
