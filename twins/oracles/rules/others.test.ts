/** When a name for another rule's alarm is so, told by hand. */
import { expect, it } from 'vitest';
import type { RulePlan } from '#kernel';
import { beside, inTurn, othersOf } from './others.ts';

const rule = (name: string, ...others: string[]): RulePlan =>
  ({
    name,
    terms: others.map((other) => ({ name: other, does: 'alarm', what: [other], overMs: 0 })),
  }) as unknown as RulePlan;

const within = (overMs: number): RulePlan => {
  const terms = [{ name: 'warm', does: 'alarm', what: ['warm'], overMs }];
  return { name: 'r', terms } as unknown as RulePlan;
};

const STORY = { from: 0, isUnclear: false, disputed: [], doubt: null };
const ALARMS = [
  { since: 1000, at: 2000, cleared: 4000 },
  { since: 7000, at: 7000, cleared: null },
];

const soAt = (of: RulePlan, ...times: number[]): unknown[] => {
  const { columns } = othersOf(of, () => ({ ...STORY, expected: ALARMS }));
  const none = { values: {}, summed: new Map<string, number>() };
  return times.map((at) => beside(none, columns, at).values.warm);
};

it('is so from what makes an alarm due to what ends it, or for so long', () => {
  expect(soAt(within(0), 1999, 2000, 3999, 4000, 7000, 99_000)).toEqual(
    [false, true, true, false, true, true], // one stands
  );
  expect(soAt(within(3000), 1999, 2000, 4999, 5000, 9999, 10_000)).toEqual(
    [false, true, true, false, true, false], // each counts from its beginning
  );
});

it('says nothing where nobody knows of the other', () => {
  const story = { ...STORY, expected: ALARMS };
  expect(othersOf(within(0), () => null).doubt).toBe('nobody can say when warm stood');
  expect(othersOf(within(0), () => ({ ...story, from: null })).doubt).not.toBeNull();
  expect(othersOf(within(0), () => ({ ...story, disputed: [1] })).isUnclear).toBe(true);
  expect(othersOf(within(0), () => story)).toMatchObject({ doubt: null, isUnclear: false });
});

it('goes from those that speak of none to those that speak of them', () => {
  const names = (...all: RulePlan[]): string[] => inTurn(all).map(({ name }) => name);
  expect(names(rule('c', 'b', 'a'), rule('b', 'a'), rule('a'), rule('d'))).toEqual([
    ...['a', 'd', 'b', 'c'],
  ]);
  expect(names(rule('x', 'y'), rule('y', 'x'), rule('z', 'gone'))).toEqual(['z']);
});
