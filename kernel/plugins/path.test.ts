import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPath, isWithin, parsePath } from './path.ts';

describe('paths', () => {
  it('read back as they were written', () => {
    const part = fc.oneof(
      fc.nat({ max: 999_999 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
      fc.stringMatching(/^[a-z-]{1,8}$/),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (path) => {
        expect(parsePath(formatPath(path))).toEqual(path);
      }),
      { seed: 12, numRuns: 500 },
    );
  });

  it.each(['', '.a', 'a..b', 'a[', 'a[x]', 'a b', 'a.', '[]', 'a["b]'])('%j is none', (text) => {
    expect(parsePath(text)).toBeUndefined();
  });

  it('know what lies within what', () => {
    expect(isWithin(['a', 0, 'b'], ['a', 0])).toBe(true);
    expect(isWithin(['a'], ['a', 0])).toBe(false);
    expect(isWithin(['a', 1], ['a', 0])).toBe(false);
  });
});
