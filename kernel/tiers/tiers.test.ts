/** Numbers as texts that fit into an entry, and back. */
import { expect, it } from 'vitest';
import { numbersIn, rangeTexts } from './tiers.ts';

it('says numbers as runs', () => {
  expect(rangeTexts([])).toEqual(['']);
  expect(rangeTexts([0, 1, 2, 5, 7, 8])).toEqual(['0-2,5,7-8']);
});

it('goes on in another text where one is full', () => {
  const numbers = Array.from({ length: 60 }, (_, at) => 900_000_000_000_000 + 2 * at);
  const texts = rangeTexts(numbers);
  expect(texts.length).toBe(3);
  for (const text of texts) expect(text.length).toBeLessThan(900);
  expect(texts.flatMap(numbersIn)).toEqual(numbers);
});

it('reads whatever a damaged ledger holds, and makes no more of it than that', () => {
  expect(numbersIn('')).toEqual([]);
  expect(numbersIn('3-1,x,-4,2.5,1e9,6')).toEqual([6]);
  expect(numbersIn('0-999999999999999').length).toBe(1_000_000);
});
