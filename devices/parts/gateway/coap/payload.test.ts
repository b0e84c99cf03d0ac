/** What a resource says comes back as it was, is no longer than it may be, and may be anything. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { survived } from '../../../../kernel/testing/fuzz.ts';
import fuzz, { said } from './payload.fuzz.ts';
import { bytesMaxOf, payloadOf, readingOf } from './payload.ts';

it('comes back as it was said, and is no longer than the plan believes', () => {
  fc.assert(
    fc.property(fc.nat(Number.MAX_SAFE_INTEGER), said, (n, values) => {
      const payload = payloadOf(n, values);
      // JSON knows no minus zero.
      const plain = Object.entries(values).map(([name, value]) => [name, value + 0]);
      expect(readingOf(payload)).toEqual({ n, values: Object.fromEntries(plain) });
      expect(payload.length).toBeLessThanOrEqual(bytesMaxOf(Object.keys(values)));
    }),
    { seed: 7252, numRuns: 1000 },
  );
});

it.each([
  '',
  '{}',
  'null',
  '7',
  '{"n":1}',
  '{"n":"1","v":{}}',
  '{"n":1.5,"v":{}}',
  '{"n":1,"v":7}',
])('%j is no reading', (text) => expect(readingOf(new TextEncoder().encode(text))).toBeNull());

it('leaves out what is no number', () => {
  const text = '{"n":3,"v":{"a":1,"b":"2","c":null,"d":[4]}}';
  expect(readingOf(new TextEncoder().encode(text))).toEqual({ n: 3, values: { a: 1 } });
});

it.each(fuzz())('$parser survives $about', (one) => {
  expect(survived(one, 7641, 2000)).toBe(2000);
});
