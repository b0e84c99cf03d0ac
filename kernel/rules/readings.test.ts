/** What a device says finds room in the ledger however much that is. */
import { expect, it } from 'vitest';
import { isMoreOf, readingIn, readingTexts } from './readings.ts';

const wide = (count: number, name = 'channel'): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${name}_${at}`, 1000.25 + at]));
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

it('tells in one text what finds room in one', () => {
  expect(readingTexts({ level: 6, door: 0 })).toEqual(['{"level":6,"door":0}']);
  expect(readingTexts({})).toEqual(['{}']);
});

it.each([60, 200])('tells %i signals in as many as it takes', (count) => {
  for (const name of ['channel', 'größe']) {
    const values = wide(count, name);
    const texts = readingTexts(values);
    expect(texts.length).toBeGreaterThan(1);
    for (const text of texts) expect(bytesOf(text)).toBeLessThanOrEqual(900);
    // None has room for what the next begins with.
    expect(texts.slice(0, -1).every((text) => bytesOf(text) > 850)).toBe(true);
    expect(Object.assign({}, ...texts.map(readingIn))).toEqual(values);
  }
});

it('fills a text to its end', () => {
  const lengths = [899, 900, 901].map((length) => {
    const name = 'n'.repeat(length - '{"":1,"a":2}'.length);
    return readingTexts({ [name]: 1, a: 2 }).length;
  });
  expect(lengths).toEqual([1, 1, 2]);
});

it('says nothing of what was cut', () => {
  expect(readingIn('{"level":6')).toBeNull();
  expect(readingIn('')).toBeNull();
  expect(readingIn('6')).toBeNull();
});

it('knows what goes on from what is said again', () => {
  expect(isMoreOf({ a: 1 }, { b: 2 })).toBe(true);
  expect(isMoreOf({ a: 1 }, { a: 1 })).toBe(false);
  expect(isMoreOf({ a: 1 }, {})).toBe(false);
});
