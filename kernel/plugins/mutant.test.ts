/** What a planted bug throws is told under its name, wherever its place is asked. */
import { expect, it } from 'vitest';
import { type Mutant, plantedBy } from './mutant.ts';

const mutant = (plant: () => object): Mutant => ({
  kind: 'mine-throws',
  summary: 'is a mutant of a test',
  word: 'mine',
  caughtBy: 'in-order',
  scenario: 's',
  plant,
});
const plant = (seams: () => object) =>
  plantedBy(
    mutant(seams),
    () => {},
    () => 0,
  ) as Record<string, (...given: unknown[]) => unknown>;
const fail = (): never => {
  throw new Error('on purpose');
};

it('is told so when it is planted, and when it acts', () => {
  expect(() => plant(fail)).toThrow('the mutant mine-throws threw in plant: on purpose');
  const { keep } = plant(() => ({ keep: fail }));
  expect(() => keep?.()).toThrow('the mutant mine-throws threw in keep: on purpose');
});

it('acts as it would alone', () => {
  class Seams {
    readonly least = 3;
    keep(n: number, m: number): boolean {
      return n + m > this.least;
    }
  }
  const seams = plant(() => {
    const own = new Seams();
    return { least: own.least, keep: own.keep, none: undefined };
  });
  expect(Object.keys(seams)).toEqual(['least', 'keep', 'none']);
  expect([seams.least, seams.none]).toEqual([3, undefined]);
  expect([seams.keep?.(1, 2), seams.keep?.(2, 2)]).toEqual([false, true]);
});
