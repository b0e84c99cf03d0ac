/** A book of a chapter says the same whatever order the lanes came in. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Timeline } from '#oracles';
import { ChapterBook, ROWS_SHOWN } from './chapter-book.ts';

const END_US = 10_000_000;
const book = (): ChapterBook => new ChapterBook({ end: END_US } as Timeline);

const notes = fc.array(
  fc.record({ t: fc.nat(END_US), took: fc.nat(2_000_000), device: fc.nat(30), by: fc.nat(3) }),
  { minLength: 1, maxLength: 60 },
);

it('counts, measures and ranks as a plain list would, in any order', () => {
  fc.assert(
    fc.property(notes, (all) => {
      const told = [all, [...all].reverse()].map((order) => {
        const one = book();
        for (const { t, took, device, by } of order) {
          one.count('seen', by);
          one.took('tide', took);
          one.happened('tides', t, by);
          one.lasted('ebbs', t, t + took);
          one.amount('water', took);
          one.row('slowest', took, [`quay/${device}`, took]);
        }
        return {
          seen: one.counted('seen'),
          span: one.span('tide'),
          curve: one.curve('tides', 'tides'),
          ebbs: one.average('ebbs', 'tides'),
          water: one.amounts('water', 0.5, 0.99, 1),
          rows: one.rows('slowest'),
        };
      });
      expect(told[1]).toEqual(told[0]);
      const [first] = told;
      const sum = all.reduce((so, { by }) => so + by, 0);
      expect(first?.seen).toBe(sum);
      expect(first?.curve.values.reduce<number>((so, value) => so + (value ?? 0), 0)).toBe(sum);
      const longest = all.map(({ took }) => took).sort((a, b) => b - a);
      expect(first?.span.count).toBe(all.length);
      const half = longest[longest.length - Math.ceil(longest.length / 2)];
      expect(first?.water.slice(0, 2)).toEqual([all.length, half]);
      expect(first?.water.at(-1)).toBe(longest[0]);
      expect(first?.span.max).toBe((longest[0] ?? 0) / 1000);
      expect(first?.rows.map(([, took]) => took)).toEqual(longest.slice(0, ROWS_SHOWN));
    }),
    { seed: 11 },
  );
});

it('says nothing of what was never noted', () => {
  expect(book().counted('seen')).toBe(0);
  expect(book().span('tide')).toMatchObject({ count: 0, p50: null, max: null });
  expect(book().rows('slowest')).toEqual([]);
});
