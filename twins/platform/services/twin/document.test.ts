/** Patches as RFC 7396 has them, and what may be in one at all. */
import { describe, expect, test } from 'vitest';
import { isSame, patched, patchFlaw } from './document.ts';

describe('a patch', () => {
  // Of appendix A, those in which both are objects.
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j by %j', (document, patch, result) => {
    const before = JSON.stringify(document);
    expect(patched(document, patch)).toEqual(result);
    expect(JSON.stringify(document)).toBe(before);
  });

  const nested = (depth: number, inner: unknown): unknown =>
    depth === 0 ? inner : { a: nested(depth - 1, inner) };

  test.each<[unknown, string | null]>([
    [{}, null],
    [{ a: 1, b: 'x', c: true, d: [1, ['x'], {}], e: null }, null],
    [nested(8, 1), null],
    [nested(8, {}), 'deeper than 8'],
    [nested(7, [[]]), 'deeper than 8'],
    [{ ['k'.repeat(64)]: 1 }, null],
    [{ ['k'.repeat(65)]: 1 }, 'a key has 1 to 64 characters'],
    [{ a: { '': 1 } }, 'a key has 1 to 64 characters'],
    [JSON.parse('{"a":{"__proto__":1}}'), 'a key is called __proto__'],
    [{ a: [null] }, 'null stands in an array'],
    [{ a: [{ b: null }] }, 'null stands in an array'],
    [null, 'a patch is an object'],
    [[], 'a patch is an object'],
    ['x', 'a patch is an object'],
    [undefined, 'a patch is an object'],
  ])('%j may be tried, or not: %s', (patch, flaw) => {
    expect(patchFlaw(patch)).toBe(flaw);
  });
});

test('documents are the same in whatever order their keys were written', () => {
  expect(isSame({ a: 1, b: { c: 2, d: [3] } }, { b: { d: [3], c: 2 }, a: 1 })).toBe(true);
  expect(isSame([{ a: 1, b: 2 }], [{ b: 2, a: 1 }])).toBe(true);
  expect(isSame([1, 2], [2, 1])).toBe(false);
  expect(isSame({ a: 1 }, { a: '1' })).toBe(false);
  expect(isSame({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(isSame(undefined, null)).toBe(false);
  expect(isSame(undefined, undefined)).toBe(true);
});
