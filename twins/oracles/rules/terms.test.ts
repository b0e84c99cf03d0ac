/** What is added up is near to a bound by what it is made of, and not by what was long before. */
import { expect, it } from 'vitest';
import type { TermPlan } from '#kernel';
import { conditionOf, isTrembling } from './conditions.ts';
import { factsOf, type Reading } from './terms.ts';

const termOf = (does: TermPlan['does']): TermPlan => ({
  ...{ name: 'm', does, what: ['p'], of: '', overMs: 0, last: 5 },
});
const byTheSecond = (values: readonly number[]): Reading[] =>
  values.map((p, n) => ({ device: 0, n, at: n * 1000, received: n * 1000, values: { p } }));
const DAY = Array.from({ length: 86_400 }, () => 101_325.1);

function tremblingOf(does: TermPlan['does'], values: readonly number[], bound: number): number {
  const says = conditionOf(`m > ${bound.toFixed(6)}`);
  const facts = factsOf([termOf(does)], byTheSecond(values));
  return facts.filter((one) => isTrembling(says, one.values, one.summed)).length;
}

it('trembles within a billionth of what lies in its span, however long the day was', () => {
  expect(tremblingOf('mean', DAY, 101_325.1)).toBe(DAY.length);
  expect(tremblingOf('mean', DAY, 101_325.1001)).toBe(DAY.length);
  expect(tremblingOf('mean', DAY, 101_325.1002)).toBe(0);
  expect(tremblingOf('sum', DAY.slice(0, 5), 5 * 101_325.1002)).toBe(0);
});

it('does not tremble where all that ever comes is whole or of few bits, and a mean as well', () => {
  const whole = DAY.map((value) => Math.floor(value));
  expect(tremblingOf('mean', whole, 101_325)).toBe(0);
  expect(tremblingOf('sum', whole, 5 * 101_325)).toBe(0);
  expect(tremblingOf('sum', [0.5, 1, 0.25], 1.75)).toBe(0);
  expect(tremblingOf('sum', [0.1, 1, 1, 1, 1, 1, 1], 5)).toBe(2);
  expect(tremblingOf('sum', [1, 1, 1, 1, 1, 2 ** 43], 5)).toBe(1);
  expect(tremblingOf('mean', [1, 0, 0], 0.333333)).toBe(0);
  expect(tremblingOf('mean', [1, 0, 0], 0.5)).toBe(0);
  expect(tremblingOf('mean', [3, 0, 0], 1)).toBe(0);
});

it('adds up small numbers as well behind large ones', () => {
  const values = [...DAY.map((value) => value * 1e6), ...Array.from({ length: 9 }, () => 0.1)];
  const last = factsOf([termOf('mean')], byTheSecond(values)).at(-1);
  expect(last?.values.m).toBeCloseTo(0.1, 12);
  expect(last?.summed.get('m')).toBeCloseTo(0.1, 12);
});

it('trembles where it is told how fast something rises', () => {
  expect(tremblingOf('rise', [20, 20, 20, 27.8], 2.6)).toBe(1);
  expect(tremblingOf('rise', [20, 20, 20, 27.8], 2.599)).toBe(0);
  expect(tremblingOf('max', [20, 20, 20, 27.8], 27.8)).toBe(0);
});
