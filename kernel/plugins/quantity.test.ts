import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNumber, parseRate, parseShare, sayShare, show } from './quantity.ts';

describe('quantities', () => {
  it.each([
    ['99.9%', 0.999],
    [' 10 % ', 0.1],
    [0.25, 0.25],
    ['120%', 1.2],
    ['10', undefined],
    ['%', undefined],
    [Number.NaN, undefined],
    [null, undefined],
  ])('share %j is %j', (raw, value) => expect(parseShare(raw)).toBe(value));

  it.each([
    ['500B/s', 500],
    ['20kB/s', 20_000],
    ['20 KiB/s', 20_480],
    ['375kbit/s', 46_875],
    ['1.5MB/s', 1_500_000],
    ['20kb/s', undefined],
    ['20', undefined],
    [20, undefined],
  ])('rate %j is %j', (raw, value) => expect(parseRate(raw)).toBe(value));

  it.each([
    [0.5, '', 0.5],
    ['0.5/min', '/min', 0.5],
    ['0.5 /min', '/min', 0.5],
    ['0.5/h', '/min', undefined],
    ['5', '', undefined],
    [Number.POSITIVE_INFINITY, '', undefined],
  ])('number %j in %j is %j', (raw, unit, value) => expect(parseNumber(raw, unit)).toBe(value));

  it('says shares so that they read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (n) => {
        const share = n / 100_000;
        expect(parseShare(sayShare(share))).toBeCloseTo(share, 9);
      }),
      { seed: 10 },
    );
  });

  it('quotes any input briefly and on one line', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const quoted = show(value);
        expect(quoted.length).toBeLessThan(70);
        expect(quoted).not.toMatch(/[\r\n]/);
      }),
      { seed: 11 },
    );
  });
});
