/** Against the calendar of the language, which product code has no use of. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantIn, isoOf } from './instant.ts';

const FROM = Date.UTC(0, 2, 1) - 1900 * 365.25 * 86_400_000;
const instants = fc.integer({ min: Math.ceil(FROM), max: Date.UTC(9999, 11, 31) });

describe('an instant', () => {
  test('is written as the calendar of the language writes it', () => {
    fc.assert(fc.property(instants, (ms) => isoOf(ms) === new Date(ms).toISOString()));
    expect(isoOf(4_102_444_800_000)).toBe('2100-01-01T00:00:00.000Z');
  });

  test('is read back', () => {
    fc.assert(fc.property(instants, (ms) => instantIn(isoOf(ms)) === ms));
    expect(instantIn('2026-01-01')).toBe(Date.UTC(2026, 0, 1));
    expect(instantIn('2024-02-29T12:30Z')).toBe(Date.UTC(2024, 1, 29, 12, 30));
  });

  test.each(['2026-02-30', '2025-02-29', '2026-13-01', '2026-01-01T24:00Z', 'today', '2026-1-1'])(
    'is not %s',
    (text) => {
      expect(instantIn(text)).toBeUndefined();
    },
  );
});
