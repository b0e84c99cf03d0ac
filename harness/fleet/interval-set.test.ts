/** The interval set must agree with a plain set, in memory that grows with gaps only. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IntervalSet } from './interval-set.ts';

it('agrees with a plain set for every order of numbers', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 60 }), { maxLength: 200 }), (numbers) => {
      const ours = new IntervalSet();
      const plain = new Set<number>();
      for (const n of numbers) {
        expect(ours.add(n)).toBe(!plain.has(n));
        plain.add(n);
        expect(ours.size).toBe(plain.size);
      }
      for (let n = 0; n <= 61; n++) expect(ours.has(n)).toBe(plain.has(n));
      const spans = [...ours];
      spans.forEach(([from, to], i) => {
        expect(to).toBeGreaterThan(from);
        if (i > 0) expect(from).toBeGreaterThan(spans[i - 1]?.[1] ?? 0);
      });
    }),
    { seed: 3 },
  );
});

it('holds a million numbers in order as one interval', () => {
  const set = new IntervalSet();
  for (let n = 0; n < 1_000_000; n++) set.add(n);
  expect(set.intervals).toBe(1);
  expect(set.size).toBe(1_000_000);
});
